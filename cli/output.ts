import Table from "cli-table3"
import * as Console from "effect/Console"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"
import { markStyles, visibleJson, visibleLines } from "./visible.ts"

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("One JSON document on stdout, for scripts"),
  Flag.withDefault(false)
)

/** In characters; 0 where stdout is no terminal. */
export const terminalWidth = Effect.flatMap(Terminal.Terminal, ({ columns }) => columns)

/** Prints a command's result on stdout: one JSON document, or the text formatted to the terminal's width. */
export const printResult = (json: boolean, document: unknown, format: (width: number) => string) =>
  json ? Console.log(visibleJson(document)) : Effect.flatMap(terminalWidth, (width) => Console.log(format(width)))

/** `1 message`, `2 messages`. */
export const pluralize = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

export interface Column<Row> {
  readonly head: string
  readonly align?: "right"
  /** Whether its cells wrap where the terminal is too narrow. */
  readonly breaks?: true
  readonly cell: (row: Row) => string | number | undefined
}

const text = <Row>({ cell }: Column<Row>, row: Row): string => visibleLines(`${cell(row) ?? ""}`)

const minWrappedWidth = 14

/** The width of each column with its padding, so that the table with its borders fits the terminal; undefined where it cannot. */
const columnWidths = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>, width: number) => {
  const widths = columns.map(
    (column) => Math.max(column.head.length, ...rows.map((row) => text(column, row).length)) + 2
  )
  let excess = widths.reduce((sum, each) => sum + each + 1, 1) - width
  for (; excess > 0; excess--) {
    const breakable = widths.map((each, index) => (columns[index]?.breaks && each > minWrappedWidth ? each : 0))
    const widest = breakable.indexOf(Math.max(...breakable))
    if (breakable[widest] === 0) return undefined
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/**
 * A table of the rows, without columns that are empty in every row, at most `width` wide unless that is 0. On a terminal that is
 * too narrow for a table, one line for each cell.
 */
export const formatTable = <Row>(all: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>, width: number): string => {
  const columns = all.filter((column) => rows.some((row) => text(column, row) !== ""))
  const isTerminal = width > 0
  const colWidths = isTerminal ? columnWidths(columns, rows, width) : []
  if (colWidths === undefined) return formatList(columns, rows)
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }): "left" | "right" => align ?? "left"),
    ...(isTerminal && { colWidths, wordWrap: true }),
    style: { compact: true, ...(isTerminal ? { head: ["bold"], border: ["dim"] } : { head: [], border: [] }) }
  })
  for (const row of rows) table.push(columns.map((column) => text(column, row)))
  return markStyles(table.toString())
}

const formatList = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string => {
  const lines = (row: Row) =>
    columns.flatMap((column) => (text(column, row) === "" ? [] : [`${column.head}: ${text(column, row)}`]))
  return rows.map((row) => lines(row).join("\n")).join("\n\n")
}
