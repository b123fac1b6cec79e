import type { CellType, DatasetTable } from "../domain/dataset.ts"

interface ViewType {
  /** The type in the Glue catalog. */
  readonly hive: string
  /** The type in SQL. */
  readonly sql: string
  /** The SQL expression that reads a cell. */
  readonly read: (cell: string) => string
}

const cast = (type: string, hive = type): ViewType => ({
  hive,
  sql: type,
  read: (cell) => `TRY_CAST(${cell} AS ${type})`
})
/** Without the apostrophe that keeps spreadsheets from running a text as a formula. */
const text = (cell: string) => `regexp_replace(${cell}, '^''', '')`

/** A cell that does not have its type is NULL in the view. */
export const viewTypes: Readonly<Record<CellType, ViewType>> = {
  text: { hive: "string", sql: "varchar", read: text },
  list: {
    hive: "array<string>",
    sql: "array(varchar)",
    // Items are joined by |; a | or \ inside an item has a \ before it.
    read: (cell) =>
      String.raw`transform(regexp_extract_all(${text(cell)}, '(?:\\[\\|]|[^\\|])+'), item -> regexp_replace(item, '\\([\\|])', '$1'))`
  },
  integer: cast("bigint"),
  decimal: cast("double"),
  date: cast("date"),
  // 2026-11-21T06:00:00.000Z: SQL has a space instead of the T, and no zone.
  instant: { ...cast("timestamp"), read: (cell) => `TRY_CAST(translate(${cell}, 'TZ', ' ') AS timestamp)` }
}

/** A view with types over a table of texts, which has the column `run_date` of the file under another name. */
export const viewOf = (database: string, table: string, { columns }: Pick<DatasetTable, "columns">): string => {
  const cells = columns
    .filter(({ name }) => name !== "run_date")
    .map(({ name, type }) => `${viewTypes[type].read(`NULLIF("${name}", '')`)} AS "${name}"`)
  return `SELECT\n  ${["run_date", ...cells].join(",\n  ")}\nFROM "${database}"."${table}"`
}
