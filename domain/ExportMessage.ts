import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { RunDate } from "./RunDate.ts"

/** On the exports queue, from EnrichAndStoreMovie to ExportMoviesToCsv: this movie of the run is accounted for. */
export const ExportMessage = Schema.Struct({
  version: Schema.Literal(1),
  runDate: RunDate,
  imdbId: ImdbId,
  outcome: Schema.Literals(["enriched", "gap"])
})
export type ExportMessage = typeof ExportMessage.Type
