import * as Schema from "effect/Schema"
import { OmdbDetails } from "./OmdbDetails.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, integer } from "./Values.ts"

/** The stored JSON of an enriched movie. The fields of the list and of OMDb are separate: they can disagree. */
export const EnrichedMovie = Schema.Struct({
  runDate: RunDate,
  ...RankedMovie.fields,
  omdb: OmdbDetails,
  enrichedAt: Instant
})
export type EnrichedMovie = typeof EnrichedMovie.Type

/** The stored JSON of a movie that is recorded as not enriched. `reason` is the typed error's tag. */
export const Gap = Schema.Struct({
  runDate: RunDate,
  imdbId: RankedMovie.fields.imdbId,
  rank: RankedMovie.fields.rank,
  title: RankedMovie.fields.title,
  reason: Schema.String,
  detail: Schema.String,
  attempts: integer(1),
  at: Instant
})
export type Gap = typeof Gap.Type
