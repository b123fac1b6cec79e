import { assert, beforeAll, describe, it } from "@effect/vitest"
import { CsvRow, toCsvRow } from "../../domain/CsvRow.ts"
import { columnsOf } from "../../domain/columns.ts"
import { analyticsKey, analyticsNames, csvKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { keptText } from "../../domain/texts.ts"
import { databaseNameOf } from "../../infra/DatasetCatalog.ts"
import { at, isList } from "../../plan/displayInputs.ts"
import { analyticsCsvs } from "../../report/analytics.ts"
import { formatCsv } from "../../services/csv/writer.ts"
import { createAthenaViews, duckDbOver, prestoView } from "../support/athenaViews.ts"
import { enrichedMovie } from "../support/exampleRun.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { declaredProgram, resourceQueries } from "./declaredProgram.ts"

/** A recent day, since the queries go back from today. */
const runDate = RunDate.make(new Date().toISOString().slice(0, 10))
const { genres: _, ...bare } = toCsvRow(enrichedMovie(1, { runDate }))
const rows: ReadonlyArray<CsvRow> = [
  {
    ...{ ...bare, rank: 1, title: "=1+1", fullTitle: "'71", year: 1994, imdbRating: 9.35, released: "1994-10-14" },
    ...{ genres: ["'a|b", "c\\", "\\|", "d"], plot: 'The "Good", the Bad; 🎬', boxOfficeUsd: 999_999_999_999_999 }
  },
  {
    ...{ ...bare, rank: 2, title: "C:\\$1", genres: ["Drama"], directors: ["=x|y"], countryCodes: ["US"] },
    enrichedAt: "2026-11-21T06:01:02.125Z"
  },
  { ...bare, rank: 3, title: "''" }
]
const csvs = new Map([
  [csvKey(runDate), formatCsv(rows)],
  ...analyticsNames.map((name) => [analyticsKey(name, runDate), analyticsCsvs(runDate, rows)[name]] as const)
])

/** A number as text, an instant as SQL writes it. */
const asText = (value: unknown) => {
  if (value === undefined || value === null) return null
  return Array.isArray(value) ? value : `${value}`.replace(/^(\S+)T(\S+?)(\.000)?Z$/, "$1 $2")
}

describe("the declared catalog", () => {
  let program: Awaited<ReturnType<typeof declaredProgram>>
  let tables: ReadonlyArray<Readonly<Record<string, unknown>>> = []
  beforeAll(async () => {
    program = await declaredProgram()
    tables = resourceQueries(program.resources)
      .ofType("aws:glue/catalogTable:CatalogTable")
      .map(({ inputs }) => inputs)
  })
  const views = () => tables.filter(({ tableType }) => tableType === "VIRTUAL_VIEW")

  const athena = async () => {
    const query = await duckDbOver(await temporaryDirectory(), csvs)
    await createAthenaViews(query, program.resources)
    return query
  }

  it("reads each cell of a CSV, with its type, in the view of its table", async () => {
    const query = await athena()
    const found = await query("SELECT * FROM imdb_serverless_etl_dev.movies ORDER BY rank")
    assert.deepStrictEqual(
      found.map((row) => Object.entries(row).map(([name, value]) => [name, asText(value)])),
      rows.map((row) => columnsOf(CsvRow.fields).map(({ name, field }) => [name, asText(row[field])]))
    )
    for (const name of analyticsNames) {
      const [{ count }] = (await query(`SELECT count(*) AS count FROM imdb_serverless_etl_dev.${name}`)) as [never]
      assert.strictEqual(Number(count), (csvs.get(analyticsKey(name, runDate)) ?? "").split("\r\n").length - 2, name)
    }
  })

  it("declares the columns of each view with the names and types of its SQL, which Athena compares", async () => {
    const query = await athena()
    assert.lengthOf(views(), 1 + analyticsNames.length)
    for (const { name, databaseName, viewOriginalText, storageDescriptor } of views()) {
      const described = await query(`DESCRIBE "${databaseName}"."${name}"`)
      const sql = described.map((each) => [each["column_name"], each["column_type"]])
      const { schema, columns } = prestoView(viewOriginalText)
      assert.strictEqual(schema, databaseName)
      const inDuckDb = (type: string) =>
        type
          .replace(/^array\W(\w+).$/, "$1[]")
          .replace("string", "varchar")
          .toUpperCase()
      assert.deepStrictEqual(
        columns.map(({ name, type }) => [name, inDuckDb(type)]),
        sql
      )
      const inGlue = at(storageDescriptor, "columns")
      assert.deepStrictEqual(
        (isList(inGlue) ? inGlue : []).map((each) => [at(each, "name"), inDuckDb(String(at(each, "type")))]),
        sql
      )
    }
  })

  it("has an output with SQL that finds the ranking, a movie's history and the genres", async () => {
    const query = await athena()
    const { todaysRanking, historyOfMovie, genresOverTime } = program.outputs["athena"] as Record<string, string>
    const results = []
    for (const sql of [todaysRanking, historyOfMovie?.replace("tt0111161", "tt0000001"), genresOverTime]) {
      results.push((await query(sql ?? "")).map((row) => Object.values(row).slice(0, 2)))
    }
    assert.deepStrictEqual(results, [
      rows.map(({ rank, title }) => [`${rank}`, title]),
      rows.map(({ rank }) => [runDate, `${rank}`]),
      ["'a|b", "c\\", "\\|", "d", "Drama"].sort().map((genre) => [runDate, genre])
    ])
  })

  it("projects a partition for each day up to tomorrow in UTC, and keeps its key apart from the file's column", () => {
    const csvTables = tables.filter(({ tableType }) => tableType === "EXTERNAL_TABLE")
    assert.lengthOf(csvTables, views().length)
    for (const { parameters, partitionKeys, storageDescriptor } of csvTables) {
      assert.match(String(at(parameters, "projection.run_date.range")), /^\d{4}-\d\d-\d\d,NOW\+1DAYS$/)
      assert.deepStrictEqual<unknown>(partitionKeys, [{ name: "run_date", type: "date" }])
      const columns = at(storageDescriptor, "columns") as ReadonlyArray<unknown>
      assert.deepStrictEqual(columns[0], { name: "csv_run_date", type: "string" })
      // OpenCSVSerde drops its escape character, so no text may contain it.
      const escapeCharacter = String(at(storageDescriptor, "serDeInfo", "parameters", "escapeChar"))
      assert.strictEqual(keptText(`a${escapeCharacter}b`), "a b")
    }
  })

  it("deletes the results of queries after a week, and limits what a query reads", () => {
    const resources = resourceQueries(program.resources)
    const { configuration } = resources.one("aws:athena/workgroup:Workgroup", "dataset").inputs
    assert.deepStrictEqual<unknown>(configuration, {
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 1_073_741_824,
      publishCloudwatchMetricsEnabled: false,
      resultConfiguration: { outputLocation: "s3://<bucket movies>/athena-results/" }
    })
    const [lifecycle] = resources.ofType("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert.deepInclude(lifecycle?.inputs["rules"], {
      id: "expire-athena-results",
      status: "Enabled",
      filter: { prefix: "athena-results/" },
      expiration: { days: 7 },
      noncurrentVersionExpiration: { noncurrentDays: 1 }
    })
  })
})

describe("databaseNameOf", () => {
  it.each([
    ["dev", /^imdb_etl_dev$/],
    ["feature-1", /^imdb_etl_feature_1_[0-9a-f]{6}$/],
    ["Feature.1", /^imdb_etl_feature_1_[0-9a-f]{6}$/]
  ])("is in lower-case letters, digits and underscores for the stack %s", (stack, name) => {
    assert.match(databaseNameOf("imdb-etl", stack), name)
  })

  it("differs for stacks whose names differ in other characters", () => {
    const names = ["a-b", "a.b", "a_b", "A_b"].map((stack) => databaseNameOf("imdb-etl", stack))
    assert.strictEqual(new Set(names).size, names.length)
  })
})
