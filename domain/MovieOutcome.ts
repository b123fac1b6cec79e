import * as Schema from "effect/Schema"
import { field } from "./field.ts"
import { OmdbDetails } from "./OmdbDetails.ts"
import { ListFields, RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, integer } from "./Values.ts"

const identity = {
  runDate: field(RunDate, "Name of the run: its calendar date in the schedule's time zone", {
    source: "stage 1",
    example: "2026-11-21"
  }),
  rank: RankedMovie.fields.rank,
  imdbId: RankedMovie.fields.imdbId,
  title: RankedMovie.fields.title
}

/** The stored JSON of an enriched movie. The fields of the list and of OMDb are separate: they can disagree. */
export const EnrichedMovie = Schema.Struct({
  ...identity,
  list: field(Schema.Struct(ListFields), "Fields of the list", { source: "list", example: { year: 1994 } }),
  omdb: field(OmdbDetails, "OMDb's reply, typed", {
    source: "OMDb",
    example: { imdbId: "tt0111161", ratings: [], raw: {} }
  }),
  enrichedAt: field(
    Instant,
    "When OMDb answered; kept when the object is written again for a changed row of the list",
    {
      source: "stage 2",
      example: "2026-11-21T06:00:04.217Z"
    }
  )
})
export type EnrichedMovie = typeof EnrichedMovie.Type

/** The stored JSON of a movie that is recorded as not enriched. `reason` is the typed error's tag. */
export const Gap = Schema.Struct({
  ...identity,
  reason: field(Schema.String, "Name of the error", { source: "stage 2", example: "OmdbUnavailable" }),
  detail: field(Schema.String, "Message of the error", {
    source: "stage 2",
    example: "OMDb gave no usable reply: Error getting data."
  }),
  attempts: field(integer(1), "Number of the attempt that failed", { source: "stage 2", example: 8 }),
  at: field(Instant, "When the gap was written", { source: "stage 2", example: "2026-11-21T06:08:31.002Z" }),
  nextAttemptAt: field(
    Schema.optionalKey(Instant),
    "The next attempt when the gap was written: the gap is provisional",
    {
      source: "stage 2",
      example: "2026-11-21T07:08:31.002Z",
      absent: "the gap is final"
    }
  )
})
export type Gap = typeof Gap.Type
