import { Buffer } from "node:buffer"
import { CsvError, type InfoRecord, parse } from "csv-parse/sync"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { CsvRow, csvHeader } from "../../domain/CsvRow.ts"

/** A row, and the line of the file on which it begins. */
export interface CsvLine {
  readonly line: number
  readonly row: CsvRow
}

/** All the rows of a day's CSV, or where and what the first thing is that does not belong in one. */
export const parseCsv = Effect.fnUntraced(function* (
  text: string
): Effect.fn.Return<ReadonlyArray<CsvLine>, CsvInvalid> {
  const [header = { line: 1, cells: [] }, ...records] = yield* csvRecords(text)
  const detail = headerFault(header.cells)
  if (detail !== undefined) return yield* new CsvInvalid({ line: header.line, detail })
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
    return yield* new CsvInvalid({ line, detail: `${cells.length} cells, where the header has ${csvHeader.length}` })
  }
  const named = Object.fromEntries(csvHeader.map((column, index) => [column, cells[index]]))
  const row = yield* Effect.mapError(decodeRow(named), ({ issue }) => new CsvInvalid({ line, ...placeOf(issue) }))
  return { line, row }
})

const placeOf = (issue: SchemaIssue.Issue) => {
  const [first] = toIssues(issue).issues
  const column = first?.path?.[0]
  return { detail: first?.message ?? "unreadable", ...(typeof column === "string" ? { column } : {}) }
}

const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()
const decodeRow = Schema.decodeUnknownEffect(CsvRow)

/** `line` is the one of the file on which the record begins. */
export class CsvInvalid extends Schema.TaggedError<CsvInvalid>()("CsvInvalid", {
  line: Schema.Int,
  column: Schema.optionalKey(Schema.String),
  detail: Schema.String
}) {
  override get message(): string {
    const column = this.column === undefined ? "" : `, column ${this.column}`
    return `The CSV cannot be used: line ${this.line}${column}: ${this.detail}`
  }
}

export interface CsvRecord {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

/** The records of a CSV as they stand, the header first. A byte order mark and empty lines are passed over. */
export const csvRecords = (text: string): Effect.Effect<ReadonlyArray<CsvRecord>, CsvInvalid> =>
  Effect.suspend(() => {
    const bytes = Buffer.from(text)
    const records: Array<CsvRecord> = []
    // Counted here, by where the records end: csv-parse takes a CRLF inside quotes for two lines.
    let end = 0
    let line = 1
    const onRecord = (cells: Array<string>, info: InfoRecord) => {
      const record = bytes.toString("utf8", end, info.bytes)
      records.push({ line: line + emptyLinesBefore(record), cells })
      line += lineBreaksIn(record)
      end = info.bytes
      return null
    }
    return Effect.try({
      try: () => parse(bytes, { ...dialect, on_record: onRecord }),
      catch: (error) =>
        new CsvInvalid({ line: line + emptyLinesBefore(bytes.toString("utf8", end)), ...whyUnusable(error) })
    }).pipe(Effect.as(records))
  })

// A row of another length is told of with its line, like any other bad row.
const dialect = {
  bom: true,
  record_delimiter: ["\r\n", "\n", "\r"],
  relax_column_count: true,
  skip_empty_lines: true
}

const lineBreaksIn = (part: string) => part.match(/\r\n|\n|\r/g)?.length ?? 0
const emptyLinesBefore = (record: string) => lineBreaksIn(/^\uFEFF?([\r\n]*)/.exec(record)?.[1] ?? "")

// csv-parse's sentences quote a line that may be wrong, and begin with what is the matter: `Quote Not Closed: …`.
const whyUnusable = (error: unknown) => {
  if (!(error instanceof CsvError)) return { detail: String(error) }
  const column = Predicate.isNumber(error["column"]) ? csvHeader[error["column"]] : undefined
  const detail = error.message.replace(/:.*/s, "")
  return column === undefined ? { detail } : { column, detail }
}
