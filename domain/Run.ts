import * as Arr from "effect/Array"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { enrichedKey, gapKey } from "./keys.ts"
import { Gap } from "./MovieOutcome.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { epochMillis, Instant, integer } from "./Values.ts"

const RosterMovie = Schema.Struct({
  imdbId: RankedMovie.fields.imdbId,
  rank: RankedMovie.fields.rank,
  title: RankedMovie.fields.title
})
export type RosterMovie = typeof RosterMovie.Type

/** The movies that belong to a run. Stage 1 writes it before it queues a movie; the latest roster of a date wins. */
export const Roster = Schema.Struct({
  runDate: RunDate,
  total: integer(1),
  movies: Schema.Array(RosterMovie),
  createdAt: Instant
})
export type Roster = typeof Roster.Type

/** The last object of a run: what was exported, and the objects (by ETag) that the export is made of. */
export const Manifest = Schema.Struct({
  runDate: RunDate,
  rosterCreatedAt: Instant,
  /** Every movie of the roster is enriched. */
  complete: Schema.Boolean,
  total: integer(1),
  enriched: integer(0),
  gaps: Schema.Array(
    Schema.Struct({ ...RosterMovie.fields, reason: Gap.fields.reason, nextAttemptAt: Gap.fields.nextAttemptAt })
  ),
  /** The movies without an object, and those whose object could not be read. */
  pending: Schema.Array(ImdbId),
  /** Those of `pending` that have an object which could not be read, and why. */
  unreadable: Schema.Array(Schema.Struct({ imdbId: ImdbId, reason: Schema.String, detail: Schema.String })),
  csvKey: Schema.String,
  /** Of the CSV's bytes, in hexadecimal. */
  sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)),
  madeOf: Schema.Array(Schema.Struct({ key: Schema.String, etag: Schema.String })),
  completedAt: Instant
})
export type Manifest = typeof Manifest.Type

interface StoredObject {
  readonly key: string
  readonly etag: string
  /** In milliseconds of the epoch. */
  readonly lastModified: number
}

/** A movie of the roster with its stored object. */
export interface RosterOutcome extends StoredObject {
  readonly movie: RosterMovie
  readonly outcome: "enriched" | "gap"
}

/** A gap from before the roster does not count: the run was started again, and the movie is tried again. */
const isCurrent = ({ outcome, lastModified }: RosterOutcome, createdAt: number): boolean =>
  // S3 reports whole seconds.
  outcome === "enriched" || Math.floor(lastModified / 1000) >= Math.floor(createdAt / 1000)

export interface RunProgress {
  readonly outcomes: ReadonlyArray<RosterOutcome>
  /** The movies of the roster that have no object yet. */
  readonly pending: ReadonlyArray<RosterMovie>
  /** Every movie of the roster has an enriched object, or a gap that is not older than the roster. */
  readonly isSettled: boolean
}

/** Matches the roster with the run's enriched and gap objects, in order of rank. An enriched object beats a gap. */
export const runProgress = (
  { runDate, movies, createdAt }: Roster,
  stored: ReadonlyArray<StoredObject>
): RunProgress => {
  const objects = new Map(stored.map((object) => [object.key, object]))
  const [outcomes, pending] = Arr.partition(
    Arr.sort(movies, byRank),
    (movie): Result.Result<RosterOutcome, RosterMovie> => {
      const enriched = objects.get(enrichedKey(runDate, movie.imdbId))
      if (enriched !== undefined) return Result.succeed({ movie, outcome: "enriched", ...enriched })
      const gap = objects.get(gapKey(runDate, movie.imdbId))
      return gap === undefined ? Result.fail(movie) : Result.succeed({ movie, outcome: "gap", ...gap })
    }
  )
  const rosterCreatedAt = epochMillis(createdAt)
  const isSettled = pending.length === 0 && outcomes.every((outcome) => isCurrent(outcome, rosterCreatedAt))
  return { outcomes, pending, isSettled }
}

const byRank = Order.combine(
  Order.mapInput(Order.Number, ({ rank }: RosterMovie) => rank),
  Order.mapInput(Order.String, ({ imdbId }: RosterMovie) => imdbId)
)
