import Table from "cli-table3"

export interface Column<Row> {
  readonly head: string
  readonly align?: "right"
  /** Its cells may be broken into lines where the terminal is too narrow. */
  readonly breaks?: true
  readonly cell: (row: Row) => string | number | undefined
}

const text = <Row>({ cell }: Column<Row>, row: Row): string => `${cell(row) ?? ""}`

const narrowest = 14

/** How wide each column is, the spaces on both sides included, so that all fit, with their borders, into the width. */
const fitting = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>, width: number) => {
  const widths = columns.map(
    (column) => Math.max(column.head.length, ...rows.map((row) => text(column, row).length)) + 2
  )
  let excess = widths.reduce((sum, each) => sum + each + 1, 1) - width
  for (; excess > 0; excess--) {
    const breakable = widths.map((each, index) => (columns[index]?.breaks && each > narrowest ? each : 0))
    const widest = breakable.indexOf(Math.max(...breakable))
    if (breakable[widest] === 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/**
 * Rows for a person, without the columns that are empty in all of them; on a terminal of `width` columns, which is 0
 * where there is none, as wide as that at the most.
 */
export const formatTable = <Row>(all: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>, width: number): string => {
  const columns = all.filter((column) => rows.some((row) => text(column, row) !== ""))
  const isTerminal = width > 0
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align }): "left" | "right" => align ?? "left"),
    ...(isTerminal && { colWidths: [...fitting(columns, rows, width)], wordWrap: true }),
    style: { compact: true, ...(isTerminal ? { head: ["bold"], border: ["dim"] } : { head: [], border: [] }) }
  })
  for (const row of rows) table.push(columns.map((column) => text(column, row)))
  return table.toString()
}
