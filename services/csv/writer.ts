import { stringify } from "csv-stringify/sync"
import * as Schema from "effect/Schema"
import { CsvRow } from "../../domain/CsvRow.ts"
import { columnsOf } from "../../domain/columns.ts"
import { type CellValue, formatCell } from "./columns.ts"

/**
 * Writes rows of a schema as a CSV by RFC 4180: the header, then the rows in the given order. The columns are the fields
 * of the schema.
 */
export const csvWriter = <F extends Record<string, Schema.Codec<unknown, CellValue>>>(schema: Schema.Struct<F>) => {
  const columns = columnsOf(schema.fields)
  const encode = Schema.encodeSync(schema) as (row: Schema.Struct<F>["Type"]) => Readonly<Record<string, CellValue>>
  const toCells = (row: Schema.Struct<F>["Type"]) => {
    const encoded = encode(row)
    return columns.map(({ field }) => formatCell(encoded[field]))
  }
  return (rows: ReadonlyArray<Schema.Struct<F>["Type"]>): string =>
    stringify([columns.map(({ name }) => name), ...rows.map(toCells)], {
      record_delimiter: "windows",
      // Spreadsheets that also split at these characters would begin a cell, and maybe a formula, inside a text.
      quoted_match: /[;\t]/,
      // Off by default once a delimiter is set; most readers would then end the row at a line feed inside a cell.
      quote_record_delimiter: true
    })
}

/** The text of a run's CSV. */
export const formatCsv = csvWriter(CsvRow)
