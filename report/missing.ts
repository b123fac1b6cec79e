import type { ImdbId } from "../domain/ImdbId.ts"
import type { Manifest } from "../domain/Run.ts"
import type { Instant } from "../domain/Values.ts"
import type { RunRows } from "./movement.ts"

/** A movie of the roster without a row: recorded as a gap, or pending. */
export interface MissingMovie {
  readonly imdbId: ImdbId
  /** Of a pending movie the manifest has the id only: its title is that of the newest earlier run, if any. */
  readonly title?: string
  readonly rank?: number
  /** The name of the error; absent while the movie has no object. */
  readonly reason?: string
  readonly explanation: string
  readonly state: "provisional" | "final" | "pending"
  readonly nextAttemptAt?: Instant
}

/** The movies without a row: the gaps by rank, then the pending ones. `earlier` has the newest run first. */
export const missingMovies = (manifest: Manifest, earlier: ReadonlyArray<RunRows>): ReadonlyArray<MissingMovie> => [
  ...manifest.gaps.map(
    ({ imdbId, title, rank, reason, nextAttemptAt }): MissingMovie => ({
      ...{ imdbId, title, rank, reason },
      explanation: explanations[reason] ?? "The movie could not be enriched.",
      ...(nextAttemptAt === undefined ? { state: "final" } : { state: "provisional", nextAttemptAt })
    })
  ),
  ...manifest.pending.map((imdbId): MissingMovie => {
    const unreadable = manifest.unreadable.find((object) => object.imdbId === imdbId)
    const title = titleIn(earlier, imdbId)
    return {
      imdbId,
      ...(title === undefined ? {} : { title }),
      ...(unreadable === undefined ? {} : { reason: unreadable.reason }),
      explanation: unreadable === undefined ? "No result is stored yet." : "The stored object could not be read.",
      state: "pending"
    }
  })
]

const titleIn = (earlier: ReadonlyArray<RunRows>, imdbId: ImdbId): string | undefined =>
  earlier.flatMap(({ rows }) => rows.find((row) => row.imdbId === imdbId) ?? [])[0]?.title

/** By the tags of the errors in services/omdb/OmdbErrors.ts. */
const explanations: Readonly<Record<string, string>> = {
  MovieNotFound: "OMDb has no movie with this id.",
  DifferentMovieReturned: "OMDb answered about another movie.",
  KeyRejected: "OMDb rejected the API key.",
  QuotaExhausted: "OMDb's daily limit for the API key was reached.",
  OmdbUnavailable: "OMDb gave no usable reply."
}
