import { stringify } from "csv-stringify/sync"
import * as Schema from "effect/Schema"
import { CsvRow } from "../../domain/CsvRow.ts"
import { columns, formatCell } from "./columns.ts"

/** The text of a run's CSV by RFC 4180: the header, then the rows in the given order. */
export const formatCsv = (rows: ReadonlyArray<CsvRow>): string =>
  stringify([columns.map(({ name }) => name), ...rows.map(toCells)], {
    record_delimiter: "windows",
    // Spreadsheets that also split at these characters would begin a cell, and maybe a formula, inside a text.
    quoted_match: /[;\t]/,
    // Off by default once a delimiter is set; most readers would then end the row at a line feed inside a cell.
    quote_record_delimiter: true
  })

const toCells = (row: CsvRow): ReadonlyArray<string> => {
  const encoded = encodeRow(row)
  return columns.map(({ field }) => formatCell(encoded[field]))
}

const encodeRow = Schema.encodeSync(CsvRow)
