import * as Schema from "effect/Schema"
import { AnalyticsRow } from "./AnalyticsRow.ts"
import { CsvRow } from "./CsvRow.ts"
import { columnsOf } from "./columns.ts"
import { type AnalyticsName, analyticsFolder, analyticsNames, prefix } from "./keys.ts"

/** What the cells of a column hold. A number is at most fifteen digits and two decimals, an instant is UTC. */
export type CellType = "text" | "list" | "integer" | "decimal" | "date" | "instant"

export interface DatasetTable {
  readonly name: "movies" | AnalyticsName
  /** The folder in the movies bucket with one folder for each run date. */
  readonly folder: string
  /** In the order of the CSV's header. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: CellType }>
}

/** The CSVs as tables over all run dates. */
export const datasetTables = (): ReadonlyArray<DatasetTable> => [
  { name: "movies", folder: prefix.csv, columns: typedColumns(CsvRow.fields) },
  ...analyticsNames.map((name) => ({
    name,
    folder: analyticsFolder(name),
    columns: typedColumns(AnalyticsRow[name].fields)
  }))
]

const typedColumns = (fields: Readonly<Record<string, Schema.Top>>): DatasetTable["columns"] =>
  columnsOf(fields).map(({ field, name, type }) => ({
    name,
    type: type === "list" ? type : scalarType(Schema.make<Schema.Top>((fields[field] ?? Schema.String).ast))
  }))

const scalarType = (schema: Schema.Top): CellType => {
  const format = Schema.resolveAnnotations(schema)?.format
  if (format === "date" || format === "instant") return format
  const { type } = Schema.toJsonSchemaDocument(schema).schema
  if (type === "integer") return type
  return type === "number" ? "decimal" : "text"
}
