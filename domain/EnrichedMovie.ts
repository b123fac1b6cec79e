import * as Schema from "effect/Schema"
import { Instant } from "./Instant.ts"
import { OmdbDetails } from "./OmdbDetails.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"

/** The stored JSON of an enriched movie. The list's fields and OMDb's are kept apart: they may disagree. */
export const EnrichedMovie = Schema.Struct({
  runDate: RunDate,
  ...RankedMovie.fields,
  omdb: OmdbDetails,
  enrichedAt: Instant
})
export type EnrichedMovie = typeof EnrichedMovie.Type
