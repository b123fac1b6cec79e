import { networkInterfaces } from "node:os"
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert } from "@effect/vitest"
import { csvKey } from "../../domain/keys.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { asked, connects } from "./connecting.ts"
import { settled } from "./counting.ts"
import { hostile } from "./hostile.ts"
import { lettersIn } from "./letters.ts"
import { matrix } from "./matrix.ts"
import { fifth, first, topTen } from "./movies.ts"
import { type Row, rowsOf } from "./sampleRows.ts"

const listOf = (rows: ReadonlyArray<object>): string => JSON.stringify({ items: rows, errorMessage: "" })
const movieRows = async (warm: SharedStack, change: (row: Row, index: number) => object): Promise<void> =>
  warm.setSourceList(listOf((await rowsOf()).map(change)))

const send = async ({ stack }: SharedStack, queue: string, ...bodies: ReadonlyArray<string>) => {
  const found = stack.names.queues.find(({ logical }) => logical === queue)
  for (const MessageBody of bodies) {
    await stack.cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: found?.url, MessageBody }))
  }
  await stack.lambda.idle()
}

const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`

matrix("hostile", {
  "titles of the list with paths, quotes, formulas, tags and control characters": async (warm) => {
    await movieRows(warm, (row, index) => ({ ...row, title: hostile[index] ?? row.title, crew: hostile[index] ?? "" }))
    const { runDate, complete } = await warm.run({ top: 25 })
    assert.isTrue(complete)
    const { enriched } = await accountedFor(warm, runDate)
    assert.deepStrictEqual(enriched.slice(0, 10), [...topTen])
    const rows = await readDayRows(warm.stack, runDate)
    assert.deepStrictEqual(
      rows.slice(0, hostile.length).map(({ title }) => title),
      hostile
    )
  },

  "ids of the list that are paths, formulas or `__proto__`": async (warm) => {
    const ids = ["../../etc/passwd", "tt0111161/../../csv/x", "tt0111161\u0000", "__proto__", "=1+1", "tt01111611111"]
    await movieRows(warm, (row, index) => ({ ...row, id: ids[index] ?? row.id }))
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    const { enriched } = await accountedFor(warm, runDate)
    assert.deepStrictEqual(enriched.slice(0, 4), topTen.slice(6))
    assert.match(warm.logs(), new RegExp(`"message":"Source rows skipped".*"count":${ids.length}\\b`))
  },

  "a title of a megabyte": async (warm) => {
    await movieRows(warm, (row, index) => (index === 0 ? { ...row, title: "a".repeat(1_000_000) } : row))
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.notInclude((await accountedFor(warm, runDate)).enriched, first)
    assert.isBelow(warm.logs().length, 100_000)
  },

  "prototype keys in the list": async (warm) => {
    const rows = (await rowsOf()).map((row) => JSON.stringify(row).replace("{", '{"__proto__":{"title":"Polluted"},'))
    await warm.setSourceList(`{"__proto__":{"items":[]},"constructor":1,"items":[${rows}],"errorMessage":""}`)
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
    for (const text of (await warm.objects()).values()) assert.notInclude(text, "Polluted")
  },

  "a list nested a hundred thousand deep": async (warm) => {
    await warm.setSourceList(`{"items":[${deep}]}`)
    const { runDate, failures } = await warm.run()
    const { letters } = await accountedFor(warm, runDate)
    assert.strictEqual(letters["failed-runs"]?.length, 1)
    assert.match(failures[0]?.detail ?? "", /^The source list cannot be used: .*row 1 /)
    assert.isBelow(failures[0]?.detail.length ?? 0, 300)
  },

  "an answer of OMDb's with paths, formulas and control characters in every field": async (warm) => {
    const said = Object.fromEntries(
      ["Title", "Rated", "Genre", "Director", "Writer", "Actors", "Plot", "Awards", "Poster", "Website"].map(
        (name, index) => [name, hostile[index % hostile.length]]
      )
    )
    const body = JSON.stringify({ ...said, imdbID: fifth, Response: "True" })
    warm.applyFaults({ at: "omdb", imdbId: fifth, what: { kind: "custom", status: 200, body } })
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
  },

  "an answer of OMDb's with prototype keys, deep JSON and megabytes of text": async (warm) => {
    const body = [
      `{"Title":"Odd","imdbID":"${fifth}","Response":"True","__proto__":{"Plot":"Polluted"}`,
      `"constructor":"Polluted","toString":${deep},"Year":${deep}`,
      `"Plot":"${"a".repeat(100_000)}","Genre":"${"ab, ".repeat(100_000)}"}`
    ].join()
    warm.applyFaults({ at: "omdb", imdbId: fifth, what: { kind: "custom", status: 200, body } })
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
    const object = (await warm.objects()).get(`enriched/run_date=${runDate}/${fifth}.json`) ?? ""
    assert.isBelow(object.length, 20_000)
  },

  "an answer of OMDb's of six megabytes": async (warm) => {
    const body = JSON.stringify({ Title: "Long", imdbID: fifth, Response: "True", Plot: "a".repeat(6_000_000) })
    warm.applyFaults({ at: "omdb", imdbId: fifth, what: { kind: "custom", status: 200, body } })
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
  },

  "messages with paths, prototype keys or deep JSON in place of a movie": async (warm) => {
    const { runDate } = await warm.run({ top: 1 })
    const before = await warm.objects()
    const batches = settled(warm, "EnrichAndStoreMovie")
    const movie = { imdbId: first, rank: 1, title: "Odd" }
    const message = { version: 1, runDate, total: 1, movie }
    const bodies = [
      { ...message, movie: { ...movie, imdbId: "../../csv/x" } },
      { ...message, movie: { ...movie, imdbId: `${first}/../../runs/${runDate}` } },
      { ...message, runDate: "../../2026-01-01" },
      { ...message, runDate: `${runDate}\n` },
      { ...message, movie: { ...movie, title: "a".repeat(200_000) } }
    ].map((body) => JSON.stringify(body))
    const odd = ["__proto__", '{"__proto__":{"version":1}}', deep, "", "null"].filter((body) => body !== "")
    await send(warm, "movies", ...bodies, ...odd)
    const { letters } = await accountedFor(warm, runDate)
    assert.sameMembers([...(letters["movies-dead-letters"] ?? [])], [...bodies, ...odd])
    assert.deepStrictEqual(batches(), { deleted: 0, failed: 8 * (bodies.length + odd.length) })
    assert.deepStrictEqual([...(await warm.objects())], [...before])
    for (const line of warm.logs().split("\n")) assert.isBelow(line.length, 10_000)
  },

  "S3 events of keys and buckets that are not ours": async (warm) => {
    const { runDate } = await warm.run({ top: 1 })
    const [bucket = { physical: "" }] = warm.stack.names.buckets
    const event = (key: string, name = bucket.physical) =>
      JSON.stringify({
        Records: [
          { eventName: "ObjectCreated:Put", s3: { bucket: { name }, object: { key, sequencer: "FFFFFFFFFFFFFFFF" } } }
        ]
      })
    const bodies = [
      event(`csv/run_date%3D${runDate}/../../runs/roster.json`),
      event(`csv/run_date%3D${runDate}/%2e%2e/movies.csv`),
      event(`enriched/run_date%3D${runDate}/movies.csv`),
      event(`csv/run_date%3D2026-02-30/movies.csv`),
      event("%E0%A4%A"),
      event("__proto__"),
      event(csvKey(runDate), "someone-elses-bucket")
    ]
    await send(warm, "loads", ...bodies)
    const { letters } = await accountedFor(warm, runDate)
    assert.sameMembers([...(letters["loads-dead-letters"] ?? [])], bodies)
    const rows = await readDayRows(warm.stack, runDate)
    assert.deepStrictEqual(
      rows.map(({ imdbId }) => imdbId),
      [first]
    )
  },

  "objects under `csv/` that are no CSV of a run": async (warm) => {
    const { runDate } = await warm.run({ top: 1 })
    const { s3 } = warm.stack.cloud.clients
    const Bucket = warm.stack.names.buckets[0]?.physical
    const keys = ["csv/notes.csv", `csv/run_date=${warm.newRunDate()}/movies.csv`, "csv/run_date=../movies.csv"]
    const mine = (await warm.objects()).get(csvKey(runDate)) ?? ""
    for (const Key of keys) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: mine }))
    }
    await warm.stack.lambda.idle()
    for (const Key of keys) await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    const { letters } = await accountedFor(warm, runDate)
    assert.strictEqual(letters["loads-dead-letters"]?.length, keys.length)
    assert.strictEqual((await readDayRows(warm.stack, runDate)).length, 1)
  },

  "a run asked for with a path for its date": async (warm) => {
    const { lambda, names } = warm.stack
    const before = [...(await warm.objects()).keys()]
    const getMovies = names.functions.find(({ logical }) => logical === "GetMoviesAndSendToQueue")
    lambda.invokeAsync(getMovies?.physical ?? "", { runDate: "../../2026-01-01", top: 1 })
    await lambda.idle()
    const letters = await lettersIn(warm)
    assert.deepStrictEqual([Object.keys(letters), letters["failed-runs"]?.length], [["failed-runs"], 1])
    assert.match(warm.logs(), /The event is invalid: /)
    assert.deepStrictEqual([...(await warm.objects()).keys()], before)
  },

  "a connection from elsewhere, for another host or from a web page": async ({ stack, omdb }) => {
    for (const endpoint of [stack.cloud.endpoint, omdb.url]) {
      const { port, host } = new URL(endpoint)
      assert.strictEqual(await asked(endpoint, { host: "example.com" }), 421)
      assert.strictEqual(await asked(endpoint, { host: `${host}.example.com` }), 421)
      const others = Object.values(networkInterfaces())
        .flatMap((addresses = []) => addresses)
        .filter(({ internal }) => !internal)
      for (const { address } of others) assert.isFalse(await connects(address, Number(port)), address)
    }
    assert.strictEqual(await asked(stack.cloud.endpoint, { origin: "https://example.com" }), 403)
  }
})
