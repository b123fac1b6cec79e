import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at, displayInputs, isList } from "../../plan/displayInputs.ts"

/** The rows of a query, with the values of DuckDB as JSON: a 64-bit integer and a date are strings. */
export type Query = (sql: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>

const queryOn =
  (connection: DuckDBConnection): Query =>
  async (sql) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson()

/** Writes the objects of a bucket below the folder, and returns DuckDB with the folder as its working directory. */
export const duckDbOver = async (folder: string, objects: ReadonlyMap<string, string>): Promise<Query> => {
  for (const [key, body] of objects) {
    await mkdir(dirname(join(folder, key)), { recursive: true })
    await writeFile(join(folder, key), body)
  }
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  const query = queryOn(connection)
  await query(`SET file_search_path = '${folder}'`)
  return query
}

/**
 * Creates in DuckDB what the program declares in Athena's catalog: its tables of texts, which read the columns by their
 * position, and on them the views as they are declared.
 */
export const createAthenaViews = async (query: Query, resources: ReadonlyArray<RegisteredResource>): Promise<void> => {
  // What differs in Athena: all matches are replaced, and $1 is the first group.
  await query(
    String.raw`CREATE MACRO regexp_replace(s, p, r) AS system.main.regexp_replace(s, p, replace(r, '$1', '\1'), 'g')`
  )
  const tables = resources
    .filter(({ type }) => type === "aws:glue/catalogTable:CatalogTable")
    .map((resource) => displayInputs(resource))
  for (const { databaseName } of tables) await query(`CREATE SCHEMA IF NOT EXISTS "${databaseName}"`)
  for (const { databaseName, name, parameters, storageDescriptor } of tables) {
    const location = at(parameters, "storage.location.template")
    if (location === undefined) continue
    const columns = at(storageDescriptor, "columns")
    const names = (isList(columns) ? columns : []).map((column) => `'${at(column, "name")}': 'VARCHAR'`)
    const files = `${String(location)
      .replace(/^s3:\/\/[^/]+\//, "")
      .replace(/\$\{run_date\}/, "*")}*.csv`
    const format = `auto_detect = false, delim = ',', quote = '"', escape = '"', header = false, skip = 1`
    // An empty cell is an empty text in Athena.
    const cells = `nullstr = 'never', columns = {${names.join(", ")}}`
    await query(
      `CREATE VIEW "${databaseName}"."${name}" AS SELECT * FROM read_csv('${files}', ${format}, ${cells}, hive_types = {'run_date': DATE})`
    )
  }
  for (const { databaseName, name, viewOriginalText } of tables) {
    if (viewOriginalText === undefined) continue
    const { originalSql } = prestoView(viewOriginalText)
    await query(
      `CREATE VIEW "${databaseName}"."${name}" AS ${originalSql.replaceAll(" transform(", " list_transform(")}`
    )
  }
}

/** https://github.com/iconara/terraform-aws-athena-view: how Athena itself stores a view. */
export const prestoView = (
  viewOriginalText: unknown
): {
  readonly originalSql: string
  readonly schema: string
  readonly columns: ReadonlyArray<{ name: string; type: string }>
} => {
  const [, base64 = ""] = /^\/\* Presto View: (\S+) \*\/$/.exec(String(viewOriginalText)) ?? []
  return JSON.parse(Buffer.from(base64, "base64").toString())
}
