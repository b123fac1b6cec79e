import { once } from "node:events"
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { onTestFinished, vi } from "vitest"
import { invalidKey, json, type OmdbResponse } from "../../../local/omdb/responses.ts"
import { startOmdb } from "../../../local/omdb/startOmdb.ts"
import { canaryKey, formsOfKey, textsWithKey } from "../../support/canaryKey.ts"
import { readFiles, runStart, start } from "./runStart.ts"

const runDate = "2026-11-21"
const enrichedIds = (files: ReadonlyMap<string, string>) =>
  [...files.keys()].flatMap((path) => /enriched\/run_date=[^/]+\/(tt\d+)\.json$/.exec(path)?.[1] ?? [])

describe("npm start", () => {
  it("runs the whole pipeline, writes its results to --out and prints one JSON document", async () => {
    const { code, summary, stdout, stderr, out } = await runStart("--run-date", runDate)
    assert.strictEqual(code, 0, stderr)
    assert.strictEqual(stderr, "")
    assert.strictEqual(stdout.split("\n").length, 1)
    const { durationMs, invocations, out: folder, ...fixed } = summary
    assert.deepStrictEqual(
      { ...fixed },
      {
        runDate: fixed.runDate,
        complete: true,
        total: 10,
        enriched: 10,
        gaps: [],
        pending: [],
        deadLetters: {
          "daily-dead-letters": 0,
          "failed-runs": 0,
          "movies-dead-letters": 0,
          "exports-dead-letters": 0,
          "loads-dead-letters": 0,
          "reports-dead-letters": 0
        },
        csvKey: `csv/run_date=${runDate}/movies.csv`,
        reportKey: `reports/run_date=${runDate}/index.html`,
        tableItems: 10,
        failures: [],
        denied: [],
        unusedGrants: []
      }
    )
    assert.isAbove(durationMs, 0)
    assert.isAbove(folder.length, 0)
    assert.sameMembers(Object.keys(invocations), [
      "GetMoviesAndSendToQueue",
      "EnrichAndStoreMovie",
      "ExportMoviesToCsv",
      "LoadCsvToDynamoDb",
      "PublishReport"
    ])
    const files = await readFiles(out)
    assert.strictEqual(enrichedIds(files).length, 10)
    for (const path of [
      `s3/movies/runs/run_date=${runDate}/roster.json`,
      `s3/movies/runs/run_date=${runDate}/manifest.json`,
      `s3/movies/csv/run_date=${runDate}/movies.csv`,
      `s3/movies/reports/run_date=${runDate}/index.html`,
      `s3/movies/analytics/box_office/run_date=${runDate}/box_office.csv`,
      "s3/movies/latest/manifest.json",
      "dynamodb/movies.json",
      "sns/dataset.json",
      ...Object.keys(invocations).map((name) => `logs/${name}.log`)
    ]) {
      assert.isTrue(files.has(path), path)
    }
    const twelveAngryMen = JSON.parse(files.get(`s3/movies/enriched/run_date=${runDate}/tt0050083.json`) ?? "")
    assert.strictEqual(twelveAngryMen.omdb.runtimeMinutes, 96)
    assert.notProperty(twelveAngryMen.omdb, "boxOfficeUsd")
    assert.strictEqual(twelveAngryMen.omdb.raw.BoxOffice, "N/A")
  })

  it("loads nine rows before the last attempt of a movie with unusable replies, then exits with 2 and names it", async () => {
    const standIn = await startOmdb({ key: canaryKey })
    vi.stubEnv("OMDB_API_KEY", canaryKey)
    onTestFinished(() => standIn.close().finally(() => void vi.unstubAllEnvs()))
    const replies = new Map<string | null, Array<OmdbResponse | "reset">>([
      ["tt0111161", [invalidKey, invalidKey]],
      ["tt0068646", ["reset", "reset"]]
    ])
    const garbage = json(200, JSON.stringify({ Response: "False", Error: Object.values(formsOfKey).join(" ") }))
    standIn.intercept = (imdbId) => (imdbId === "tt0050083" ? garbage : replies.get(imdbId)?.shift())
    const { code, stdout, stderr, out, summary } = await runStart("--omdb-url", standIn.url)
    assert.deepStrictEqual([code, summary.complete, summary.enriched, summary.tableItems], [2, false, 9, 9])
    assert.deepStrictEqual<unknown>(summary.gaps, [{ imdbId: "tt0050083", reason: "OmdbUnavailable" }])
    assert.deepStrictEqual([summary.pending, summary.deadLetters["movies-dead-letters"]], [[], 1])
    assert.match(stderr, /^The run of \S+ is not complete: 1 gap, the first is tt0050083 \(OmdbUnavailable: .*\.$/)

    const files = await readFiles(out)
    /** When a function logged a message first. */
    const loggedAt = (name: string, text: string) => {
      const lines = files.get(`logs/${name}.log`)?.split("\n") ?? []
      return Date.parse(JSON.parse(lines.find((line) => line.includes(text)) ?? "").timestamp)
    }
    assert.isBelow(loggedAt("LoadCsvToDynamoDb", '"rows":9'), loggedAt("EnrichAndStoreMovie", "Movie recorded as gap"))
    assert.deepStrictEqual(textsWithKey([stdout, stderr, ...files.values(), ...files.keys()]), [])
  })

  it.each([
    [["--top", "0"], /--top: "0".*whole number from 1 to 250/],
    [["--top", "1e1"], /--top: "1e1"/],
    [["--port", "0x1000"], /--port: "0x1000"/],
    [["--run-date", "2026-02-30"], /--run-date: "2026-02-30"/],
    [["--nonsense"], /--nonsense/],
    [["--out", ""], /--out/],
    [["--movies", ""], /--movies/],
    [["--omdb-key", "key"], /^Give --omdb-url together with --omdb-key or OMDB_API_KEY/],
    [["--omdb-url", "http://127.0.0.1:1"], /^OMDB_API_KEY is JSON, but must be the OMDb key alone\.$/],
    [["--omdb-url", "http://127.0.0.1:1", "--omdb-key", '"key"'], /^--omdb-key is quoted, but must be/],
    [["--omdb-url", "http://127.0.0.1:1?x=1", "--omdb-key", "key"], /--omdb-url/],
    [["--movies", "no-such-file.json"], /^--movies no-such-file\.json cannot be read: /],
    [["--movies", "http://127.0.0.1:1/"], /^--movies http:.* cannot be read: /],
    [["--faults", "no-such-file.json"], /^--faults no-such-file\.json cannot be used: /],
    [["--out", "package.json"], /^--out package\.json cannot be created/]
  ])("exits with 1 and one sentence for %j", async (args, sentence) => {
    vi.stubEnv("OMDB_API_KEY", '{"apikey":"key"}')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { code, stdout, stderr } = await start(...args)
    assert.strictEqual(code, 1)
    assert.match(stderr, sentence)
    assert.strictEqual(stderr.split("\n").length, 1)
    assert.strictEqual(stdout, "")
  })

  it("exits with 1 and one sentence when the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1")
    onTestFinished(() => void server.close())
    await once(server, "listening")
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    const { code, stderr } = await start("--json", "--port", `${port}`)
    assert.strictEqual(code, 1)
    assert.match(stderr, new RegExp(`^The port ${port} is in use: .*--port`))
  })
})
