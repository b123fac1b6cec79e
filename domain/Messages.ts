import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { whole } from "./Values.ts"

/** On the movies queue, from GetMoviesAndSendToQueue to EnrichAndStoreMovie: one movie of a run of `total`. */
export const MovieMessage = Schema.Struct({
  version: Schema.Literal(1),
  runDate: RunDate,
  total: whole(1),
  movie: RankedMovie
})
export type MovieMessage = typeof MovieMessage.Type

/** On the exports queue, from EnrichAndStoreMovie to ExportMoviesToCsv: this movie of the run is accounted for. */
export const ExportMessage = Schema.Struct({
  version: Schema.Literal(1),
  runDate: RunDate,
  imdbId: ImdbId,
  outcome: Schema.Literals(["enriched", "gap"])
})
export type ExportMessage = typeof ExportMessage.Type
