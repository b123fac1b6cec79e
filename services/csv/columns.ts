import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { camelToSnake } from "effect/String"
import { CsvRow } from "../../domain/CsvRow.ts"

/** The value in a cell. An absent value is an empty cell. */
export type CellValue = string | number | ReadonlyArray<string> | undefined

export interface Column<Field extends string = keyof CsvRow> {
  /** The key in the schema, in camelCase. */
  readonly field: Field
  /** The name in the CSV's header, in snake_case. */
  readonly name: string
  readonly type: "text" | "number" | "list"
}

const typeOf = ({ ast }: Schema.Top): Column["type"] => {
  const encoded = SchemaAST.toEncoded(ast)
  if (SchemaAST.isNumber(encoded)) return "number"
  return SchemaAST.isArrays(encoded) ? "list" : "text"
}

/** The columns of a CSV, in order: the fields of the schema of its rows. */
export const columnsOf = <F extends Record<string, Schema.Top>>(fields: F): ReadonlyArray<Column<keyof F & string>> =>
  Object.entries(fields).map(([field, schema]) => ({ field, name: camelToSnake(field), type: typeOf(schema) }))

/** The columns of a run's CSV. */
export const columns: ReadonlyArray<Column> = columnsOf(CsvRow.fields)

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
