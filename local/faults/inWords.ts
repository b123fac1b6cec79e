/** What every fault has, and what some have. */
interface Told {
  readonly at: string
  readonly operation?: string
  readonly function?: string
  readonly queue?: string
  readonly key?: string
  readonly imdbId?: string
  readonly what: { readonly kind: string }
}

/** A fault in a few words: `s3 PutObject of enriched/ for tt0050083: throttle`. */
export const inWords = ({ at, operation, function: caller, queue, key, imdbId, what }: Told): string => {
  const parts = [
    at,
    operation,
    caller === undefined ? undefined : `by ${caller}`,
    queue === undefined ? undefined : `to ${queue}`,
    key === undefined ? undefined : `of ${key}`,
    imdbId === undefined ? undefined : `for ${imdbId}`
  ]
  return `${parts.filter((part) => part !== undefined).join(" ")}: ${what.kind}`
}
