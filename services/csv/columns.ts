import { CsvRow } from "../../domain/CsvRow.ts"
import { type Column, columnsOf } from "../../domain/columns.ts"

/** The value in a cell. An absent value is an empty cell. */
export type CellValue = string | number | ReadonlyArray<string> | undefined

/** The columns of a run's CSV. */
export const columns: ReadonlyArray<Column<keyof CsvRow>> = columnsOf(CsvRow.fields)

/** The items of a list are joined by `|`; a `|` or a `\` in an item is escaped with a `\`. */
export const formatCell = (value: CellValue): string => {
  if (value === undefined) return ""
  if (typeof value === "number") return `${value}`
  return neutralizeFormula(
    typeof value === "string" ? value : value.map((item) => item.replace(/[\\|]/g, "\\$&")).join("|")
  )
}

/** The value of a non-empty cell. A cell that does not fit its type is returned as text, for the schema to reject. */
export const parseCell = (type: Column["type"], cell: string): CellValue => {
  if (cell === "") return undefined
  if (type === "number") return digits.test(cell) ? Number(cell) : cell
  const text = cell.replace(/^'/, "")
  if (type === "text") return text
  return list.test(text) ? (text.match(item) ?? []).map((part) => part.replace(/\\([\\|])/g, "$1")) : text
}

const digits = /^\d+(\.\d+)?$/
const item = /(?:\\[\\|]|[^\\|])+/g
const list = new RegExp(`^${item.source}(?:\\|${item.source})*$`)

// A spreadsheet treats text after a leading apostrophe as text and never as a formula. A text that itself begins with an
// apostrophe gets a second one, so that removing one is always right.
// Spreadsheets also run full-width forms, and skip control characters before a formula.
const neutralizeFormula = (text: string) => text.replace(/^[=+\-@＝＋－＠'\p{Cc}]/u, "'$&")
