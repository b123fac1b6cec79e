import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { startOmdb } from "../../../local/omdb/startOmdb.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"
import { readFiles, runStart } from "./runStart.ts"

const runDate = "2026-11-21"
const enrichedIds = (files: ReadonlyMap<string, string>) =>
  [...files.keys()].flatMap((path) => /enriched\/run_date=[^/]+\/(tt\d+)\.json$/.exec(path)?.[1] ?? [])

describe("npm start", () => {
  it("ends with ten enriched movies, the files where a person looks for them, and one JSON document", async () => {
    const { code, summary, stdout, stderr, out } = await runStart("--run-date", runDate)
    assert.strictEqual(code, 0, stderr)
    assert.strictEqual(stderr, "")
    assert.strictEqual(stdout.trim().split("\n").length, 1)
    const { durationMs, invocations, out: told, ...fixed } = summary
    assert.deepStrictEqual(
      { ...fixed },
      {
        runDate: fixed.runDate,
        complete: true,
        total: 10,
        enriched: 10,
        gaps: [],
        deadLetters: {
          "daily-dead-letters": 0,
          "failed-runs": 0,
          "movies-dead-letters": 0,
          "exports-dead-letters": 0,
          "loads-dead-letters": 0
        },
        csvKey: `csv/run_date=${runDate}/movies.csv`,
        tableItems: 10,
        failures: [],
        denied: [],
        unusedGrants: []
      }
    )
    assert.isAbove(durationMs, 0)
    assert.isAbove(told.length, 0)
    assert.sameMembers(Object.keys(invocations), [
      "GetMoviesAndSendToQueue",
      "EnrichAndStoreMovie",
      "ExportMoviesToCsv",
      "LoadCsvToDynamoDb"
    ])
    const files = await readFiles(out)
    assert.strictEqual(enrichedIds(files).length, 10)
    for (const path of [
      `s3/movies/runs/run_date=${runDate}/roster.json`,
      `s3/movies/runs/run_date=${runDate}/manifest.json`,
      `s3/movies/csv/run_date=${runDate}/movies.csv`,
      "dynamodb/movies.json",
      ...Object.keys(invocations).map((name) => `logs/${name}.log`)
    ]) {
      assert.isTrue(files.has(path), path)
    }
    const twelveAngryMen = JSON.parse(files.get(`s3/movies/enriched/run_date=${runDate}/tt0050083.json`) ?? "")
    assert.strictEqual(twelveAngryMen.omdb.runtimeMinutes, 96)
    assert.notProperty(twelveAngryMen.omdb, "boxOfficeUsd")
    assert.strictEqual(twelveAngryMen.omdb.raw.BoxOffice, "N/A")
  })

  it("keeps each day's results beside the others': two partitions, two days in the table, each movie's in order", async () => {
    const out = await temporaryDirectory()
    for (const day of ["2026-01-02", "2026-01-01"]) {
      assert.strictEqual((await runStart("--top", "2", "--run-date", day, "--out", out)).code, 0)
    }
    const files = await readFiles(out)
    assert.strictEqual(enrichedIds(files).length, 4)
    const items: ReadonlyArray<{ imdbId: string; runDate: string }> = JSON.parse(
      files.get("dynamodb/movies.json") ?? ""
    )
    assert.deepStrictEqual(
      items.map(({ imdbId, runDate }) => [imdbId, runDate]),
      [
        ["tt0068646", "2026-01-01"],
        ["tt0068646", "2026-01-02"],
        ["tt0111161", "2026-01-01"],
        ["tt0111161", "2026-01-02"]
      ]
    )
  })

  it("ends within seconds at an OMDb that refuses the key: code 2, nothing pretends to be enriched, and it says why", async () => {
    const standIn = await startOmdb({ key: "a-key" })
    onTestFinished(() => standIn.close())
    const { code, summary, stderr, out } = await runStart("--omdb-url", standIn.url, "--omdb-key", "another-key")
    assert.strictEqual(code, 2)
    assert.deepInclude(summary, { complete: false, total: 10, enriched: 0, tableItems: 0 })
    assert.deepStrictEqual([...new Set(summary.gaps.map(({ reason }) => reason))], ["KeyRejected"])
    assert.strictEqual(stderr.trim().split("\n").length, 1)
    assert.include(stderr, "KeyRejected")
    assert.deepStrictEqual(enrichedIds(await readFiles(out)), [])
  })

  it("has the OMDb key in no file it leaves and no word it says, well or not", async () => {
    const canary = "canary-b7c1a2-never-to-be-seen"
    const standIn = await startOmdb({ key: canary })
    onTestFinished(() => standIn.close())
    standIn.addRule({ imdbId: "tt0111161", answer: { kind: "invalidKey" } })
    standIn.addRule({ imdbId: "tt0068646", times: 2, answer: { kind: "reset" } })
    standIn.addRule({ imdbId: "tt0468569", times: 4, answer: { kind: "malformed", by: "backslash" } })
    const { stdout, stderr, out, summary } = await runStart("--omdb-url", standIn.url, "--omdb-key", canary)
    assert.isAbove(summary.gaps.length, 0)
    const files = await readFiles(out)
    for (const text of [stdout, stderr, ...files.values(), ...files.keys()]) assert.notInclude(text, canary)
  })
})
