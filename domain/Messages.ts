import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, integer } from "./Values.ts"

/**
 * Export what is there. Stage 1 sends it for its run, stage 2 after the run's deadline, both to the movies queue and with
 * a delay; stage 2 forwards it to the exports queue.
 */
export const ExportRequest = Schema.Struct({
  version: Schema.Literal(1),
  type: Schema.Literal("export"),
  runDate: RunDate
})
export type ExportRequest = typeof ExportRequest.Type

/** One movie of a run of `total` movies. */
export const MovieMessage = Schema.Struct({
  version: Schema.Literal(1),
  type: Schema.Literal("movie"),
  runDate: RunDate,
  /** The `createdAt` of the run's roster. */
  rosterCreatedAt: Instant,
  /** Call OMDb again for a movie that was enriched before the roster was created. */
  refresh: Schema.optionalKey(Schema.Boolean),
  total: integer(1),
  movie: RankedMovie
})
export type MovieMessage = typeof MovieMessage.Type

/** Movies queue: GetMoviesAndSendToQueue → EnrichAndStoreMovie. */
export const MoviesQueueMessage = Schema.Union([MovieMessage, ExportRequest])
export type MoviesQueueMessage = typeof MoviesQueueMessage.Type

/** The movie has an enriched object or a gap. */
export const MovieOutcomeMessage = Schema.Struct({
  version: Schema.Literal(1),
  type: Schema.Literal("movie"),
  runDate: RunDate,
  imdbId: ImdbId,
  outcome: Schema.Literals(["enriched", "gap"])
})
export type MovieOutcomeMessage = typeof MovieOutcomeMessage.Type

/** Exports queue: EnrichAndStoreMovie → ExportMoviesToCsv. */
export const ExportsQueueMessage = Schema.Union([MovieOutcomeMessage, ExportRequest])
export type ExportsQueueMessage = typeof ExportsQueueMessage.Type

/** A JSON text with escapes for the two characters that SQS refuses in a message. */
export const acceptedBySqs = (json: string): string =>
  json.replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
