import * as Schema from "effect/Schema"
import { OmdbDetails } from "./OmdbDetails.ts"
import { ListFields, RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, integer } from "./Values.ts"

const identity = {
  runDate: RunDate,
  rank: RankedMovie.fields.rank,
  imdbId: RankedMovie.fields.imdbId,
  title: RankedMovie.fields.title
}

/** The stored JSON of an enriched movie. The fields of the list and of OMDb are separate: they can disagree. */
export const EnrichedMovie = Schema.Struct({
  ...identity,
  list: Schema.Struct(ListFields),
  omdb: OmdbDetails,
  /** When OMDb answered. It stays when the object is rewritten for a changed row of the list. */
  enrichedAt: Instant
})
export type EnrichedMovie = typeof EnrichedMovie.Type

/** The stored JSON of a movie that is recorded as not enriched. `reason` is the typed error's tag. */
export const Gap = Schema.Struct({
  ...identity,
  reason: Schema.String,
  detail: Schema.String,
  attempts: integer(1),
  at: Instant,
  /** Only of a provisional gap: the movie is tried again. */
  nextAttemptAt: Schema.optionalKey(Instant)
})
export type Gap = typeof Gap.Type
