import * as Effect from "effect/Effect"
import type { CsvRow } from "../../domain/CsvRow.ts"
import type { ImdbId } from "../../domain/ImdbId.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { CsvInvalid, parseCsv } from "../../services/csv/reader.ts"

/** The rows of a run's CSV: all of that day, and no movie twice. */
export const rowsOfRun = Effect.fnUntraced(function* (
  runDate: RunDate,
  text: string
): Effect.fn.Return<ReadonlyArray<CsvRow>, CsvInvalid> {
  const lines = yield* parseCsv(text)
  const seen = new Map<ImdbId, number>()
  for (const { line, row } of lines) {
    if (row.runDate !== runDate) {
      return yield* new CsvInvalid({ line, column: "run_date", detail: `${row.runDate} in the CSV of ${runDate}` })
    }
    const before = seen.get(row.imdbId)
    if (before !== undefined) {
      const detail = `${row.imdbId} is on line ${before} already`
      return yield* new CsvInvalid({ line, column: "imdb_id", detail })
    }
    seen.set(row.imdbId, line)
  }
  return lines.map(({ row }) => row)
})
