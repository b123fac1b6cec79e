import { stringify } from "csv-stringify/sync"
import * as Schema from "effect/Schema"
import { CsvRow, csvHeader } from "../../domain/CsvRow.ts"

/** The text of a day's CSV, by RFC 4180: the header, then the rows in the order given. */
export const formatCsv = (rows: ReadonlyArray<CsvRow>): string =>
  stringify(
    rows.map((row) => encodeRow(row)),
    {
      header: true,
      columns: csvHeader,
      record_delimiter: "windows",
      // Spreadsheets that split at these as well would begin a cell, and perhaps a formula, in the middle of a text.
      quoted_match: /[;\t]/,
      // Off by default once a delimiter is named; a lone line feed in a cell would then end the row for most readers.
      quote_record_delimiter: true
    }
  )

const encodeRow = Schema.encodeSync(CsvRow)
