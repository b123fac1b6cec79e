import { PutObjectCommand } from "@aws-sdk/client-s3"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { readDayRows } from "../../../local/run/RunResult.ts"
import { type SharedStack, sharedOmdbKey, useSharedStack } from "../sharedStack.ts"

const csvOf = async ({ objects }: SharedStack, runDate: string): Promise<ReadonlyArray<Record<string, string>>> => {
  const csv = (await objects(`csv/run_date=${runDate}/`)).get(`csv/run_date=${runDate}/movies.csv`)
  return csv === undefined ? [] : parse(csv, { columns: true })
}
const manifestOf = async ({ objects }: SharedStack, runDate: string) =>
  JSON.parse((await objects(`runs/run_date=${runDate}/`)).get(`runs/run_date=${runDate}/manifest.json`) ?? "null")

describe("a run", () => {
  const { current } = useSharedStack()

  it("leaves an object, a CSV row and an item of the table for each of the ten, and they agree", async () => {
    const warm = current()
    const { complete, runDate } = await warm.run()
    assert.isTrue(complete)
    const csv = await csvOf(warm, runDate)
    const rows = await readDayRows(warm.stack, runDate)
    const objects = await warm.objects(`enriched/run_date=${runDate}/`)
    assert.deepStrictEqual(
      csv.map(({ rank }) => rank),
      ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
    )
    for (const [index, row] of csv.entries()) {
      const object = JSON.parse(objects.get(`enriched/run_date=${runDate}/${row["imdb_id"]}.json`) ?? "")
      assert.strictEqual(row["title"], object.title)
      assert.strictEqual(row["runtime_minutes"], `${object.omdb.runtimeMinutes}`)
      assert.strictEqual(row["imdb_votes"], `${object.omdb.imdbVotes}`)
      assert.strictEqual(row["box_office_usd"], `${object.omdb.boxOfficeUsd ?? ""}`)
      assert.strictEqual(row["genres"], object.omdb.genres.join("|"))
      assert.deepInclude(rows[index], { imdbId: object.imdbId, rank: index + 1, title: object.title })
    }
  })

  it("enriches all 250 when asked to", async () => {
    const { complete, total, enriched, tableItems } = await current().run({ top: 250 })
    assert.deepStrictEqual([complete, total, enriched, tableItems], [true, 250, 250, 250])
  })

  it("tells its metrics on lines of their own in the functions' logs, with _aws at the root, and never the key", async () => {
    const warm = current()
    await warm.run({ top: 3 })
    const lines = warm.logs().split("\n")
    const documents = lines.filter((line) => line.includes('"_aws"')).map((line) => JSON.parse(line))
    const sumOf = (name: string) => documents.reduce((sum, document) => sum + (document[name] ?? 0), 0)
    for (const { _aws, stack } of documents) {
      assert.deepStrictEqual([_aws.CloudWatchMetrics[0].Namespace, stack], ["ImdbEtl", "dev"])
    }
    assert.deepStrictEqual(["MoviesQueued", "MoviesEnriched", "OmdbCalls", "RunGaps"].map(sumOf), [3, 3, 3, 0])
    assert.isAtLeast(sumOf("RunsCompleted"), 1)
    assert.isAtLeast(sumOf("RowsLoaded"), 3)
    for (const name of ["OmdbLatency", "RunDurationMs"]) assert.isAbove(sumOf(name), 0, name)
    assert.notInclude(warm.logs(), sharedOmdbKey)
  })

  it("of the same date again leaves the same keys and rows", async () => {
    const warm = current()
    const { runDate } = await warm.run()
    const before = [...(await warm.objects()).keys()]
    assert.isTrue((await warm.run({ runDate })).complete)
    assert.deepStrictEqual([...(await warm.objects()).keys()], before)
    assert.strictEqual((await readDayRows(warm.stack, runDate)).length, 10)
  })

  it("with a message delivered twice leaves one object and one row", async () => {
    const warm = current()
    const { runDate } = await warm.run({ top: 1 })
    const queue = warm.stack.names.queues.find(({ logical }) => logical === "movies")
    const message = { version: 1, runDate, total: 1, movie: { imdbId: "tt0111161", rank: 1, title: "Twice" } }
    await warm.stack.cloud.clients.sqs.send(
      new SendMessageCommand({ QueueUrl: queue?.url, MessageBody: JSON.stringify(message) })
    )
    await warm.stack.lambda.idle()
    assert.strictEqual((await warm.objects(`enriched/run_date=${runDate}/`)).size, 1)
    assert.strictEqual((await readDayRows(warm.stack, runDate)).length, 1)
  })

  it("rides out an OMDb that answers 503 twice", async () => {
    const { omdb, run } = current()
    omdb.addRule({ times: 2, answer: { kind: "unavailable", status: 503 } })
    assert.isTrue((await run()).complete)
  })

  it("of a movie that OMDb has no movie leaves nine rows and a gap; mended and run again, ten and no gap", async () => {
    const warm = current()
    warm.omdb.addRule({ imdbId: "tt0050083", answer: { kind: "unknownMovie" } })
    const { runDate, ...first } = await warm.run()
    assert.deepInclude(first, { complete: false, enriched: 9, tableItems: 9 })
    assert.deepStrictEqual(first.gaps, [{ imdbId: "tt0050083", reason: "MovieNotFound" }])
    assert.strictEqual((await csvOf(warm, runDate)).length, 9)
    assert.deepInclude((await manifestOf(warm, runDate)).gaps[0], { imdbId: "tt0050083", reason: "MovieNotFound" })

    warm.omdb.reset()
    const again = await warm.run({ runDate })
    assert.deepInclude(again, { complete: true, enriched: 10, tableItems: 10, gaps: [] })
    assert.strictEqual((await csvOf(warm, runDate)).length, 10)
    assert.deepStrictEqual((await manifestOf(warm, runDate)).gaps, [])
  })

  it("run again with the best five only has five rows in the CSV and the table", async () => {
    const warm = current()
    const { runDate } = await warm.run()
    const again = await warm.run({ runDate, top: 5 })
    assert.deepInclude(again, { complete: true, total: 5, enriched: 5, tableItems: 5 })
    assert.strictEqual((await csvOf(warm, runDate)).length, 5)
  })

  it("on another date leaves the first day's rows alone", async () => {
    const warm = current()
    const first = await warm.run({ top: 3 })
    const second = await warm.run({ top: 3 })
    for (const { runDate } of [first, second]) {
      assert.strictEqual((await readDayRows(warm.stack, runDate)).length, 3)
      assert.strictEqual((await csvOf(warm, runDate)).length, 3)
    }
  })

  it("loads nothing of a CSV put by hand with a bad row: it ends as a dead letter, and the log names line and column", async () => {
    const warm = current()
    const { runDate } = await warm.run({ top: 3 })
    const key = `csv/run_date=${runDate}/movies.csv`
    const csv = (await warm.objects("csv/")).get(key) ?? ""
    const spoilt = csv.split("\r\n").map((line, index) => (index === 2 ? line.replace(",2,", ",second,") : line))
    const { cloud, names, lambda } = warm.stack
    await cloud.clients.s3.send(
      new PutObjectCommand({ Bucket: names.buckets[0]?.physical, Key: key, Body: spoilt.join("\r\n") })
    )
    await lambda.idle()
    const loads = names.queues.find(({ logical }) => logical === "loads-dead-letters")
    assert.strictEqual((await cloud.queues.depth(loads?.url ?? "")).visible, 1)
    assert.match(warm.logs(), /line 3.*rank/)
    const rows = await readDayRows(warm.stack, runDate)
    assert.deepStrictEqual(
      rows.map(({ rank }) => rank),
      [1, 2, 3]
    )
  })
})
