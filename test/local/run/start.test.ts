import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"
import { filesOf, run, sample, temporaryDirectory } from "./running.ts"

const runDate = "2026-11-21"
const topTen = [
  "tt0111161",
  "tt0068646",
  "tt0468569",
  "tt0071562",
  "tt0050083",
  "tt0108052",
  "tt0167260",
  "tt0110912",
  "tt0120737",
  "tt0060196"
]
const enrichedIds = (files: ReadonlyMap<string, string>) =>
  [...files.keys()].flatMap((path) => /enriched\/run_date=[^/]+\/(tt\d+)\.json$/.exec(path)?.[1] ?? [])

interface Row {
  readonly id: string
  rank: unknown
}
const listWith = async (change: (items: Array<Row>) => Array<Row>): Promise<string> => {
  const { items } = JSON.parse(await readFile(sample, "utf8"))
  const path = join(await temporaryDirectory(), "list.json")
  await writeFile(path, JSON.stringify({ items: change(items), errorMessage: "" }))
  return path
}
const fileWith = async (text: string): Promise<string> => {
  const path = join(await temporaryDirectory(), "list.json")
  await writeFile(path, text)
  return path
}

const omdb = async (script: (standIn: OmdbStandIn) => void, key = "a-key"): Promise<ReadonlyArray<string>> => {
  const standIn = await startOmdb({ key: "a-key" })
  onTestFinished(() => standIn.close())
  script(standIn)
  return ["--omdb-url", standIn.url, "--omdb-key", key]
}

describe("npm start", () => {
  it("ends with ten enriched movies, the files where a person looks for them, and one JSON document", async () => {
    const { code, summary, stdout, stderr, out } = await run("--run-date", runDate)
    assert.strictEqual(code, 0, stderr)
    assert.strictEqual(stderr, "")
    assert.strictEqual(stdout.trim().split("\n").length, 1)
    const { durationMs, invocations, out: told, ...fixed } = summary
    assert.deepStrictEqual(fixed, {
      runDate,
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
      failures: []
    } as never)
    assert.isAbove(durationMs, 0)
    assert.isAbove(told.length, 0)
    assert.sameMembers(Object.keys(invocations), [
      "GetMoviesAndSendToQueue",
      "EnrichAndStoreMovie",
      "ExportMoviesToCsv",
      "LoadCsvToDynamoDb"
    ])
    const files = await filesOf(out)
    assert.sameMembers(enrichedIds(files), topTen)
    assert.isTrue(files.has(`s3/movies/runs/run_date=${runDate}/roster.json`))
    for (const name of Object.keys(invocations)) assert.isTrue(files.has(`logs/${name}.log`), name)
    const twelveAngryMen = JSON.parse(files.get(`s3/movies/enriched/run_date=${runDate}/tt0050083.json`) ?? "")
    assert.strictEqual(twelveAngryMen.omdb.runtimeMinutes, 96)
    assert.notProperty(twelveAngryMen.omdb, "boxOfficeUsd")
    assert.strictEqual(twelveAngryMen.omdb.raw.BoxOffice, "N/A")
  })

  it("keeps each day's results beside the others': two partitions, two days in the table, each movie's in order", async () => {
    const out = await temporaryDirectory()
    for (const day of ["2026-01-02", "2026-01-01", "2026-01-02"]) {
      assert.strictEqual((await run("--top", "2", "--run-date", day, "--out", out)).code, 0)
    }
    const files = await filesOf(out)
    assert.strictEqual(enrichedIds(files).length, 4)
    const items: ReadonlyArray<{ imdbId: string; runDate: string }> = JSON.parse(
      files.get("dynamodb/movies.json") ?? ""
    )
    assert.deepStrictEqual(
      items.map(({ imdbId, runDate }) => [imdbId, runDate]),
      ["tt0068646", "tt0111161"].flatMap((id) => [
        [id, "2026-01-01"],
        [id, "2026-01-02"]
      ])
    )
  })

  it("enriches all 250 when asked to", async () => {
    const { code, summary } = await run("--top", "250")
    assert.strictEqual(code, 0)
    assert.deepInclude(summary, { total: 250, enriched: 250 })
  })

  it("takes the ten best by rank, whatever the order, and however the rank is written", async () => {
    const shuffled = await listWith((items) =>
      items
        .map((item, index) => ({ ...item, rank: [item.rank, Number(item.rank), ` ${item.rank} `][index % 3] }))
        .sort((a, b) => a.id.localeCompare(b.id))
    )
    const { code, out } = await run("--movies", shuffled)
    assert.strictEqual(code, 0)
    assert.sameMembers(enrichedIds(await filesOf(out)), topTen)
  })

  it("skips rows with a blank rank or a bad id, counts them in the log, and goes on with the next", async () => {
    const list = await listWith(([first, second, ...rest]) => [
      { ...first, id: "nm0000001" } as Row,
      { ...second, rank: "" } as Row,
      ...rest
    ])
    const { code, summary, out } = await run("--movies", list)
    assert.strictEqual(code, 0)
    assert.strictEqual(summary.enriched, 10)
    const files = await filesOf(out)
    assert.notInclude(enrichedIds(files), "tt0111161")
    assert.match(files.get("logs/GetMoviesAndSendToQueue.log") ?? "", /"count":2/)
  })

  it.each<[string, () => Promise<string>, RegExp]>([
    ["two rows with one id", () => listWith((items) => [...items, { ...items[4], rank: "251" } as Row]), /tt0050083/],
    ["fewer rows than asked for", () => listWith((items) => items.slice(0, 9)), /9/],
    [
      "no rows and an error message",
      () => fileWith('{"items":[],"errorMessage":"Invalid API Key. Upgrade your account to use the service."}'),
      /Invalid API Key/
    ],
    ["a web page", () => fileWith("<!doctype html><title>Not here</title>"), /JSON/],
    ["nothing at all", () => fileWith(""), /JSON|empty/],
    ["more than five million bytes", () => fileWith(" ".repeat(5_000_001)), /5000001 bytes/]
  ])("queues nothing for %s: exit code 2 and one sentence that says what and where", async (_, list, what) => {
    const { code, summary, stderr, out } = await run("--movies", await list())
    assert.strictEqual(code, 2)
    assert.deepInclude(summary, { complete: false, total: 0, enriched: 0 })
    assert.strictEqual(summary.failures.length, 1)
    assert.strictEqual(summary.failures[0]?.function, "GetMoviesAndSendToQueue")
    assert.strictEqual(stderr.trim().split("\n").length, 1)
    assert.match(stderr, what)
    assert.include(stderr, "s3://top-movies/Top250Movies.json")
    assert.strictEqual(summary.deadLetters["failed-runs"], 1)
    assert.deepStrictEqual(
      [...(await filesOf(out)).keys()].filter((path) => path.startsWith("s3/")),
      []
    )
  })

  it("rides out an OMDb that answers 503 twice", async () => {
    const flags = await omdb(({ script }) => script({ times: 2, answer: { kind: "unavailable", status: 503 } }))
    const { code, summary } = await run(...flags)
    assert.strictEqual(code, 0)
    assert.strictEqual(summary.enriched, 10)
  })

  it("ends within seconds at an OMDb that refuses the key: nothing pretends to be enriched, and it says why", async () => {
    const flags = await omdb(() => {}, "another-key")
    const { code, summary, stderr, out } = await run(...flags)
    assert.strictEqual(code, 2)
    assert.deepInclude(summary, { complete: false, total: 10, enriched: 0 })
    assert.deepStrictEqual([...new Set(summary.gaps.map(({ reason }) => reason))], ["KeyRejected"])
    assert.isBelow(summary.durationMs, 5_000)
    assert.include(stderr, "KeyRejected")
    assert.deepStrictEqual(enrichedIds(await filesOf(out)), [])
  })

  it("has the OMDb key in no file it leaves and no word it says, well or not", async () => {
    const canary = "canary-b7c1a2-never-to-be-seen"
    const standIn = await startOmdb({ key: canary })
    onTestFinished(() => standIn.close())
    standIn.script({ imdbId: "tt0111161", answer: { kind: "invalidKey" } })
    standIn.script({ imdbId: "tt0068646", times: 2, answer: { kind: "reset" } })
    standIn.script({ imdbId: "tt0468569", answer: { kind: "malformed", by: "backslash" } })
    const { stdout, stderr, out, summary } = await run("--omdb-url", standIn.url, "--omdb-key", canary)
    assert.isAbove(summary.gaps.length, 0)
    const said = [stdout, stderr, ...(await filesOf(out)).values(), ...(await filesOf(out)).keys()]
    for (const text of said) assert.notInclude(text, canary)
  })
})
