import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { CsvRow, csvHeader } from "../domain/CsvRow.ts"
import { type CsvRecord, CsvUnusable, csvRecords } from "./csvRecords.ts"

/** A row, and the line of the file on which it begins. */
export interface CsvLine {
  readonly line: number
  readonly row: CsvRow
}

/** All the rows of a day's CSV, or where and what the first thing is that does not belong in one. */
export const csvLines = Effect.fnUntraced(function* (
  text: string
): Effect.fn.Return<ReadonlyArray<CsvLine>, CsvUnusable> {
  const [header = { line: 1, cells: [] }, ...records] = yield* csvRecords(text)
  const detail = headerFault(header.cells)
  if (detail !== undefined) return yield* new CsvUnusable({ line: header.line, detail })
  return yield* Effect.forEach(records, toLine)
})

const headerFault = (cells: ReadonlyArray<string>): string | undefined => {
  const missing = csvHeader.filter((column) => !cells.includes(column))
  if (missing.length > 0) return `the header lacks ${missing.join(", ")}`
  const unknown = cells.filter((column) => !csvHeader.includes(column))
  if (unknown.length > 0) return `the header has the unknown ${unknown.join(", ")}`
  const index = cells.findIndex((column, index) => column !== csvHeader[index])
  return index < 0 ? undefined : `the header has ${cells[index]} in the wrong place, as its column ${index + 1}`
}

const toLine = Effect.fnUntraced(function* ({ line, cells }: CsvRecord) {
  if (cells.length !== csvHeader.length) {
    return yield* new CsvUnusable({ line, detail: `${cells.length} cells, where the header has ${csvHeader.length}` })
  }
  const named = Object.fromEntries(csvHeader.map((column, index) => [column, cells[index]]))
  const row = yield* Effect.mapError(decodeRow(named), ({ issue }) => new CsvUnusable({ line, ...placeOf(issue) }))
  return { line, row }
})

const placeOf = (issue: SchemaIssue.Issue) => {
  const [first] = toIssues(issue).issues
  const column = first?.path?.[0]
  return { detail: first?.message ?? "unreadable", ...(typeof column === "string" ? { column } : {}) }
}

const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()
const decodeRow = Schema.decodeUnknownEffect(CsvRow)
