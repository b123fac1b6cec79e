import type { ImdbId } from "../domain/ImdbId.ts"
import type { Manifest, RosterMovie } from "../domain/Run.ts"
import type { Instant } from "../domain/Values.ts"

/** A movie of the roster without a row: recorded as a gap, or pending. */
export interface MissingMovie {
  readonly imdbId: ImdbId
  /** Of a pending movie, absent where the roster was replaced meanwhile. */
  readonly title?: string
  readonly rank?: number
  /** The name of the error; absent while the movie has no object. */
  readonly reason?: string
  readonly explanation: string
  readonly state: "provisional" | "final" | "pending"
  readonly nextAttemptAt?: Instant
}

/** The movies without a row: the gaps by rank, then the pending ones. `pending`: as the roster has them. */
export const missingMovies = (manifest: Manifest, pending: ReadonlyArray<RosterMovie>): ReadonlyArray<MissingMovie> => [
  ...manifest.gaps.map(
    ({ imdbId, title, rank, reason, nextAttemptAt }): MissingMovie => ({
      ...{ imdbId, title, rank, reason },
      explanation: explanations[reason] ?? "The movie could not be enriched.",
      ...(nextAttemptAt === undefined ? { state: "final" } : { state: "provisional", nextAttemptAt })
    })
  ),
  ...manifest.pending.map((imdbId): MissingMovie => {
    const unreadable = manifest.unreadable.find((object) => object.imdbId === imdbId)
    const { title, rank } = pending.find((movie) => movie.imdbId === imdbId) ?? {}
    return {
      imdbId,
      ...(title === undefined ? {} : { title }),
      ...(rank === undefined ? {} : { rank }),
      ...(unreadable === undefined ? {} : { reason: unreadable.reason }),
      explanation: unreadable === undefined ? "No result is stored yet." : "The stored object could not be read.",
      state: "pending"
    }
  })
]

/** By the tags of the errors in services/omdb/OmdbErrors.ts. */
const explanations: Readonly<Record<string, string>> = {
  MovieNotFound: "OMDb has no movie with this id.",
  DifferentMovieReturned: "OMDb answered about another movie.",
  KeyRejected: "OMDb rejected the API key.",
  QuotaExhausted: "OMDb's daily limit for the API key was reached.",
  OmdbUnavailable: "OMDb gave no usable reply."
}
