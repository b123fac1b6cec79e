import * as Schema from "effect/Schema"
import { Instant } from "./Instant.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { whole } from "./Values.ts"

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
