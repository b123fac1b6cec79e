import * as Effect from "effect/Effect"
import type { CsvRow } from "../../domain/CsvRow.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { CsvInvalid, parseCsv } from "./reader.ts"

/** The rows of a run's CSV: all of its date, and no movie twice. */
export const parseRunCsv = Effect.fnUntraced(function* (
  runDate: RunDate,
  csv: string
): Effect.fn.Return<ReadonlyArray<CsvRow>, CsvInvalid> {
  const lines = yield* parseCsv(csv)
  const lineOf = new Map<string, number>()
  for (const { line, row } of lines) {
    if (row.runDate !== runDate) {
      return yield* new CsvInvalid({ line, column: "run_date", detail: `${row.runDate} in the CSV of ${runDate}` })
    }
    const earlier = lineOf.get(row.imdbId)
    if (earlier !== undefined) {
      const detail = `${row.imdbId} is already on line ${earlier}`
      return yield* new CsvInvalid({ line, column: "imdb_id", detail })
    }
    lineOf.set(row.imdbId, line)
  }
  return lines.map(({ row }) => row)
})
