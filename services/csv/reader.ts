import { Buffer } from "node:buffer"
import { CsvError, type InfoRecord, parse } from "csv-parse/sync"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { CsvRow } from "../../domain/CsvRow.ts"
import { columns, parseCell } from "./columns.ts"

/** `line` is the line of the file on which the record begins. */
export class CsvInvalid extends Schema.TaggedError<CsvInvalid>()("CsvInvalid", {
  line: Schema.Int,
  column: Schema.optionalKey(Schema.String),
  detail: Schema.String
}) {
  override get message(): string {
    const column = this.column === undefined ? "" : `, column ${this.column}`
    return `The CSV is invalid: line ${this.line}${column}: ${this.detail}`
  }
}

/** A row, and the line of the file on which it begins. */
export interface CsvLine {
  readonly line: number
  readonly row: CsvRow
}

/** All rows of a run's CSV. Fails at the first header, row or cell that does not fit, with its line and column. */
export const parseCsv = Effect.fnUntraced(function* (
  text: string
): Effect.fn.Return<ReadonlyArray<CsvLine>, CsvInvalid> {
  const [header = { line: 1, cells: [] }, ...records] = yield* parseRecords(text)
  const detail = headerError(header.cells)
  if (detail !== undefined) return yield* new CsvInvalid({ line: header.line, detail })
  return yield* Effect.forEach(records, toLine)
})

/**
 * The rows of a CSV as far as these fields, which it must have. Other columns may be missing: columns are only ever added,
 * and an older file has fewer.
 */
export const parseFields = Effect.fnUntraced(function* <A>(
  text: string,
  schema: Schema.ConstraintDecoder<A>,
  fields: ReadonlyArray<keyof CsvRow>
): Effect.fn.Return<ReadonlyArray<A>, CsvInvalid> {
  const [header = { line: 1, cells: [] }, ...records] = yield* parseRecords(text)
  const selected = columns.filter(({ field }) => fields.includes(field))
  const missing = selected.filter(({ name }) => !header.cells.includes(name)).map(({ name }) => name)
  if (missing.length > 0) {
    return yield* new CsvInvalid({ line: header.line, detail: `the header has no ${missing.join(", ")}` })
  }
  const decode = Schema.decodeUnknownEffect(schema)
  return yield* Effect.forEach(records, ({ line, cells }) => {
    const values = selected.map(({ field, name, type }) => [
      field,
      parseCell(type, cells[header.cells.indexOf(name)] ?? "")
    ])
    const row = Object.fromEntries(values.filter(([, value]) => value !== undefined))
    return Effect.mapError(decode(row), ({ message }) => new CsvInvalid({ line, detail: message.replace(/\s+/g, " ") }))
  })
})

const names = columns.map(({ name }) => name)

const headerError = (cells: ReadonlyArray<string>): string | undefined => {
  const missing = names.filter((name) => !cells.includes(name))
  if (missing.length > 0) return `the header has no ${missing.join(", ")}`
  const unknown = cells.filter((cell) => !names.includes(cell))
  if (unknown.length > 0) return `the header has the unknown column ${unknown.join(", ")}`
  const index = cells.findIndex((cell, index) => cell !== names[index])
  return index < 0 ? undefined : `the header has ${cells[index]} as column ${index + 1}, out of order`
}

const toLine = Effect.fnUntraced(function* ({ line, cells }: CsvRecord) {
  if (cells.length !== columns.length) {
    return yield* new CsvInvalid({ line, detail: `${cells.length} cells, but the header has ${columns.length}` })
  }
  const values = columns.flatMap(({ field, type }, index) => {
    const value = parseCell(type, cells[index] ?? "")
    return value === undefined ? [] : [[field, value] as const]
  })
  const row = yield* decodeRow(Object.fromEntries(values)).pipe(
    Effect.mapError(({ issue }) => new CsvInvalid({ line, ...firstIssue(issue, cells) }))
  )
  return { line, row }
})

const firstIssue = (issue: SchemaIssue.Issue, cells: ReadonlyArray<string>) => {
  const [first] = toIssues(issue).issues
  const index = columns.findIndex(({ field }) => field === first?.path?.[0])
  const name = names[index]
  const detail = cells[index] === "" ? "the cell is empty" : (first?.message ?? "unreadable")
  return name === undefined ? { detail } : { detail, column: name }
}

const toIssues = SchemaIssue.makeFormatterStandardSchemaV1()
const decodeRow = Schema.decodeUnknownEffect(CsvRow)

interface CsvRecord {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

/** The records as they are in the file, the header first. A byte order mark and empty lines are skipped. */
const parseRecords = (text: string): Effect.Effect<ReadonlyArray<CsvRecord>, CsvInvalid> =>
  Effect.suspend(() => {
    const bytes = Buffer.from(text)
    const records: Array<CsvRecord> = []
    // Lines are counted here, from the byte offset at which each record ends: csv-parse counts a CRLF inside quotes as
    // two lines.
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
        new CsvInvalid({ line: line + emptyLinesBefore(bytes.toString("utf8", end)), ...parserError(error) })
    }).pipe(Effect.as(records))
  })

const dialect = {
  bom: true,
  record_delimiter: ["\r\n", "\n", "\r"],
  // A row of another length is reported by `toLine`, with its line.
  relax_column_count: true,
  skip_empty_lines: true
}

const lineBreaksIn = (part: string) => part.match(/\r\n|\n|\r/g)?.length ?? 0
const emptyLinesBefore = (record: string) => lineBreaksIn(/^\uFEFF?([\r\n]*)/.exec(record)?.[1] ?? "")

// csv-parse's messages begin with the error (`Quote Not Closed: …`) and then quote a line number that can be wrong.
const parserError = (error: unknown) => {
  if (!(error instanceof CsvError)) return { detail: String(error) }
  const name = Predicate.isNumber(error["column"]) ? names[error["column"]] : undefined
  const detail = error.message.replace(/:.*/s, "")
  return name === undefined ? { detail } : { column: name, detail }
}
