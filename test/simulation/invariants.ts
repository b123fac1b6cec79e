import type { SimulatedSystem } from "./SimulatedSystem.ts"

/** What must hold for the pipeline: one sentence for each violation. */
export type Invariant = (system: SimulatedSystem) => ReadonlyArray<string>

export const unless = (holds: boolean, violation: string): ReadonlyArray<string> => (holds ? [] : [violation])

const permanentReasons = new Set(["MovieNotFound", "DifferentMovieReturned", "KeyRejected"])

export const isPermanent = ({ reason }: { readonly reason: string }): boolean => permanentReasons.has(reason)
