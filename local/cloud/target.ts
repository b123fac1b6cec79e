/** The part of a request target before the query, still encoded. */
export const pathOf = (target: string): string => target.split("?", 1)[0] ?? ""

export const queryOf = (target: string): URLSearchParams => new URLSearchParams(target.slice(pathOf(target).length))
