import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { integer } from "./Values.ts"

/** Movies queue, GetMoviesAndSendToQueue → EnrichAndStoreMovie: one movie of a run of `total` movies. */
export const MovieMessage = Schema.Struct({
  version: Schema.Literal(1),
  runDate: RunDate,
  total: integer(1),
  movie: RankedMovie
})
export type MovieMessage = typeof MovieMessage.Type

/** Exports queue, EnrichAndStoreMovie → ExportMoviesToCsv: the movie has an enriched object or a gap. */
export const ExportMessage = Schema.Struct({
  version: Schema.Literal(1),
  runDate: RunDate,
  imdbId: ImdbId,
  outcome: Schema.Literals(["enriched", "gap"])
})
export type ExportMessage = typeof ExportMessage.Type
