import * as Arr from "effect/Array"
import * as Equal from "effect/Equal"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { field } from "./field.ts"
import { ImdbId } from "./ImdbId.ts"
import { enrichedKey, gapKey } from "./keys.ts"
import { EnrichedMovie, Gap } from "./MovieOutcome.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { epochMillis, Instant, integer } from "./Values.ts"

export const RosterMovie = Schema.Struct({
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

const stage3 = <S extends Schema.Top>(schema: S, description: string, example: unknown) =>
  field(schema, description, { source: "stage 3", example })

export const ManifestGap = Schema.Struct({
  ...RosterMovie.fields,
  reason: Gap.fields.reason,
  nextAttemptAt: Gap.fields.nextAttemptAt
})
const UnreadableObject = Schema.Struct({
  imdbId: RosterMovie.fields.imdbId,
  reason: stage3(Schema.String, "Name of the error", "DocumentInvalid"),
  detail: stage3(Schema.String, "Message of the error", "… is not a valid document: Missing key")
})
const ObjectVersion = Schema.Struct({
  key: stage3(Schema.String, "Key of the object", "enriched/run_date=2026-11-21/tt0111161.json"),
  etag: stage3(Schema.String, "ETag of the version that was read", "9b2cf535f27731c974343645a3985328")
})

/** The last object of a run: what was exported, and the objects (by ETag) that the export is made of. */
export const Manifest = Schema.Struct({
  runDate: EnrichedMovie.fields.runDate,
  rosterCreatedAt: field(Instant, "The `createdAt` of the roster that was exported", {
    source: "stage 1",
    example: "2026-11-21T06:00:02.104Z"
  }),
  complete: stage3(Schema.Boolean, "Whether every movie of the roster is enriched", false),
  total: stage3(integer(1), "Number of movies of the roster", 10),
  enriched: stage3(integer(0), "Number of rows of the CSV", 8),
  gaps: stage3(Schema.Array(ManifestGap), "The movies recorded as gaps, by rank", [
    { imdbId: "tt0111161", rank: 1, title: "The Shawshank Redemption", reason: "OmdbUnavailable" }
  ]),
  pending: stage3(Schema.Array(ImdbId), "The movies without an object, and those whose object could not be read", [
    "tt0068646"
  ]),
  unreadable: stage3(Schema.Array(UnreadableObject), "Those of `pending` whose object could not be read, and why", []),
  csvKey: stage3(Schema.String, "Key of the CSV", "csv/run_date=2026-11-21/movies.csv"),
  sha256: stage3(
    Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)),
    "SHA-256 of the CSV's bytes, in hexadecimal",
    "0123456789abcdef".repeat(4)
  ),
  madeOf: stage3(Schema.Array(ObjectVersion), "The objects that were exported, with their ETags", [
    { key: "enriched/run_date=2026-11-21/tt0111161.json", etag: "9b2cf535f27731c974343645a3985328" }
  ]),
  completedAt: stage3(Instant, "When the manifest was written", "2026-11-21T06:15:09.480Z")
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

export interface RunProgress {
  readonly outcomes: ReadonlyArray<RosterOutcome>
  /** The movies of the roster that have no enriched object, and no gap or only one that is older than the roster. */
  readonly pending: ReadonlyArray<RosterMovie>
}

/**
 * Matches the roster with the run's enriched and gap objects, in order of rank. An enriched object beats a gap. A gap from
 * before the roster does not count: the date was run again, and the movie is tried again.
 */
export const runProgress = (
  { runDate, movies, createdAt }: Roster,
  stored: ReadonlyArray<StoredObject>
): RunProgress => {
  const objects = new Map(stored.map((object) => [object.key, object]))
  // S3 reports whole seconds.
  const rosterSecond = Math.floor(epochMillis(createdAt) / 1000)
  const [outcomes, pending] = Arr.partition(
    Arr.sort(movies, byRank),
    (movie): Result.Result<RosterOutcome, RosterMovie> => {
      const enriched = objects.get(enrichedKey(runDate, movie.imdbId))
      if (enriched !== undefined) return Result.succeed({ movie, outcome: "enriched", ...enriched })
      const gap = objects.get(gapKey(runDate, movie.imdbId))
      const isCurrent = gap !== undefined && Math.floor(gap.lastModified / 1000) >= rosterSecond
      return isCurrent ? Result.succeed({ movie, outcome: "gap", ...gap }) : Result.fail(movie)
    }
  )
  return { outcomes, pending }
}

/** Whether the manifest is of the same roster and made of the same objects. */
export const isExported = (manifest: Manifest, { createdAt }: Roster, { outcomes, pending }: RunProgress): boolean => {
  const unreadable = new Set(manifest.unreadable.map(({ imdbId }) => imdbId))
  return (
    manifest.rosterCreatedAt === createdAt &&
    Equal.equals(
      manifest.pending.filter((imdbId) => !unreadable.has(imdbId)),
      pending.map(({ imdbId }) => imdbId)
    ) &&
    Equal.equals(
      manifest.madeOf,
      outcomes.map(({ key, etag }) => ({ key, etag }))
    )
  )
}

const byRank = Order.combine(
  Order.mapInput(Order.Number, ({ rank }: RosterMovie) => rank),
  Order.mapInput(Order.String, ({ imdbId }: RosterMovie) => imdbId)
)
