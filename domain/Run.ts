import * as Arr from "effect/Array"
import * as Order from "effect/Order"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { enrichedKey, gapKey } from "./keys.ts"
import { Gap } from "./MovieOutcome.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, whole } from "./Values.ts"

/** Who belongs to a run: written by stage 1 before it queues anything, and the latest one wins. */
export const Roster = Schema.Struct({
  runDate: RunDate,
  total: whole(1),
  movies: Schema.Array(
    Schema.Struct({
      imdbId: RankedMovie.fields.imdbId,
      rank: RankedMovie.fields.rank,
      title: RankedMovie.fields.title
    })
  ),
  createdAt: Instant
})
export type Roster = typeof Roster.Type

/** The last object of a run: what was exported and which objects, by ETag, it was made of. */
export const Manifest = Schema.Struct({
  runDate: RunDate,
  total: whole(1),
  enriched: whole(0),
  gaps: Schema.Array(
    Schema.Struct({
      imdbId: Gap.fields.imdbId,
      rank: Gap.fields.rank,
      title: Gap.fields.title,
      reason: Gap.fields.reason
    })
  ),
  csvKey: Schema.String,
  /** Of the CSV's bytes, in hex. */
  sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)),
  madeOf: Schema.Array(Schema.Struct({ key: Schema.String, etag: Schema.String })),
  completedAt: Instant
})
export type Manifest = typeof Manifest.Type

type Member = Roster["movies"][number]

interface Stored {
  readonly key: string
  readonly etag: string
}

/** A movie of the roster and the object that says how it ended. */
export interface RosterOutcome extends Stored {
  readonly movie: Member
  readonly outcome: "enriched" | "gap"
}

/** How each movie of the roster stands by the run's objects, in order of rank. Enriched beats gap. */
export const runProgress = (
  { runDate, movies }: Roster,
  stored: ReadonlyArray<Stored>
): { readonly accounted: ReadonlyArray<RosterOutcome>; readonly missing: ReadonlyArray<Member> } => {
  const objects = new Map(stored.map((object) => [object.key, object]))
  const [accounted, missing] = Arr.partition(
    Arr.sort(movies, byRank),
    (movie): Result.Result<RosterOutcome, Member> => {
      const enriched = objects.get(enrichedKey(runDate, movie.imdbId))
      if (enriched !== undefined) return Result.succeed({ movie, outcome: "enriched", ...enriched })
      const gap = objects.get(gapKey(runDate, movie.imdbId))
      return gap === undefined ? Result.fail(movie) : Result.succeed({ movie, outcome: "gap", ...gap })
    }
  )
  return { accounted, missing }
}

const byRank = Order.combine(
  Order.mapInput(Order.Number, ({ rank }: Member) => rank),
  Order.mapInput(Order.String, ({ imdbId }: Member) => imdbId)
)
