import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { variable } from "../../domain/variables.ts"
import { RunRequest, startRun } from "../../handlers/GetMoviesAndSendToQueue.ts"
import { failureOf } from "../../handlers/lambda/failureOf.ts"
import { onEvent } from "../../handlers/lambda/onLambda.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { sourceRow, sourceRows, sourceText } from "../support/exampleRun.ts"
import { FakeMetrics } from "../support/FakeMetrics.ts"
import { FakeS3 } from "../support/FakeS3.ts"
import { FakeSqs } from "../support/FakeSqs.ts"
import { moviesBucket, moviesQueue, settings } from "../support/settings.ts"

const source = "top-movies/Top250Movies.json"
const answer = onEvent(RunRequest, startRun)

const stage = (list?: string, others: Record<string, string | undefined> = {}) => {
  const s3 = new FakeS3()
  const sqs = new FakeSqs()
  const metrics = new FakeMetrics()
  if (list !== undefined) s3.objects.set(source, list)
  const run = (event: unknown) =>
    captureLogs(answer(event)).pipe(
      Effect.provide(Layer.mergeAll(s3.layer, sqs.layer, metrics.layer, settings(others)))
    )
  /** What Lambda would be told, and that nothing was written or queued. */
  const failure = (event: unknown) =>
    Effect.gen(function* () {
      const { result } = yield* run(event)
      const cause = yield* Effect.flip(Effect.sandbox(result))
      assert.deepStrictEqual([s3.writes, sqs.sent], [[], []])
      return failureOf(cause)
    })
  return { s3, sqs, metrics, run, failure }
}
const byHand = { runDate: "2026-11-21" }
const rosterOf = (s3: FakeS3, runDate: string) => s3.json(moviesBucket, `runs/run_date=${runDate}/roster.json`)
const queuedIn = (sqs: FakeSqs) => sqs.bodies(moviesQueue)
const namesIn = (sqs: FakeSqs) => queuedIn(sqs).map((body) => JSON.parse(JSON.stringify(body)).movie.imdbId)

describe("a run", () => {
  it.effect("writes the roster, then queues a message for each movie, best first", () =>
    Effect.gen(function* () {
      const { s3, sqs, run } = stage(sourceText(sourceRows(3)), { [variable.top]: "2" })
      yield* TestClock.setTime(Date.UTC(2026, 10, 22, 1, 2, 3))
      const { result, entries } = yield* run(byHand)
      assert.deepStrictEqual(yield* result, { runDate: "2026-11-21", total: 2, queued: 2 })
      assert.deepStrictEqual(rosterOf(s3, "2026-11-21"), {
        runDate: "2026-11-21",
        total: 2,
        movies: [
          { imdbId: "tt1000001", rank: 1, title: "Movie 1" },
          { imdbId: "tt1000002", rank: 2, title: "Movie 2" }
        ],
        createdAt: "2026-11-22T01:02:03.000Z"
      })
      assert.deepStrictEqual(queuedIn(sqs)[0], {
        version: 1,
        runDate: "2026-11-21",
        total: 2,
        movie: {
          imdbId: "tt1000001",
          rank: 1,
          title: "Movie 1",
          fullTitle: "Movie 1 (1994)",
          year: 1994,
          crew: "Frank Darabont (dir.), Tim Robbins",
          imdbRating: 9.2,
          imdbRatingCount: 2660364
        }
      })
      assert.deepStrictEqual(namesIn(sqs), ["tt1000001", "tt1000002"])
      assert.deepStrictEqual(s3.reads, [{ bucket: "top-movies", key: "Top250Movies.json", region: "eu-central-1" }])
      assert.deepInclude(entries.at(-1), { message: "Movies queued", runDate: "2026-11-21", total: 2 })
    })
  )

  it.effect("sends a title with the two characters that SQS refuses in such a way that it comes out the same", () =>
    Effect.gen(function* () {
      const title = "\uFFFE, \uFFFF, \uD83C\uDFAC"
      const { sqs, run } = stage(sourceText([sourceRow(1, { title }), ...sourceRows(12).slice(1)]))
      yield* run(byHand)
      const [body = ""] = sqs.sent.map(({ entry }) => entry.body)
      assert.notMatch(body, /[\uFFFE\uFFFF]/)
      assert.strictEqual(JSON.parse(body).movie.title, title)
    })
  )

  it.effect("tells how many movies it queued, and nothing when it fails", () =>
    Effect.gen(function* () {
      const { metrics, run } = stage(sourceText(sourceRows(12)))
      yield* run({ ...byHand, top: 11 })
      assert.deepStrictEqual(metrics.recorded, [["moviesQueued", 11]])
      const refused = stage(sourceText([]))
      yield* refused.failure(byHand)
      assert.deepStrictEqual(refused.metrics.recorded, [])
    })
  )

  it.effect("takes the best by rank, wherever in the file they stand", () =>
    Effect.gen(function* () {
      const shuffled = stage(sourceText(sourceRows(30).sort((one, other) => (one.title < other.title ? 1 : -1))))
      const inOrder = stage(sourceText(sourceRows(30)))
      yield* shuffled.run(byHand)
      yield* inOrder.run(byHand)
      assert.strictEqual(namesIn(shuffled.sqs).length, 10)
      assert.deepStrictEqual(namesIn(shuffled.sqs), namesIn(inOrder.sqs))
    })
  )

  it.effect("is named by the time it was scheduled for, in UTC, and not by the clock", () =>
    Effect.gen(function* () {
      const { s3, run } = stage(sourceText(sourceRows(10)))
      yield* TestClock.setTime(Date.UTC(2030, 0, 1))
      const { result } = yield* run({ scheduledTime: "2026-11-21T23:30:00Z" })
      assert.strictEqual((yield* result).runDate, "2026-11-21")
      assert.isDefined(rosterOf(s3, "2026-11-21"))
      const { result: west } = yield* run({ scheduledTime: "2026-11-21T23:30:00-05:00" })
      assert.strictEqual((yield* west).runDate, "2026-11-22")
    })
  )

  it.effect("by hand has the date and the top it is given, whatever the schedule says", () =>
    Effect.gen(function* () {
      const { run } = stage(sourceText(sourceRows(30)))
      const { result } = yield* run({ scheduledTime: "2026-11-21T06:00:00Z", runDate: "2026-01-01", top: 25 })
      assert.deepStrictEqual(yield* result, { runDate: "2026-01-01", total: 25, queued: 25 })
    })
  )

  it.effect("skips what is no usable row, and counts it in the log", () =>
    Effect.gen(function* () {
      const rows = [sourceRow(1, { rank: "" }), sourceRow(2, { id: "nm0000151" }), ...sourceRows(12).slice(2)]
      const { sqs, run } = stage(sourceText(rows))
      const { entries } = yield* run(byHand)
      assert.strictEqual(namesIn(sqs)[0], "tt1000003")
      const skipped = entries.find(({ message }) => message === "Source rows skipped")
      assert.deepInclude(skipped, { level: "WARN", count: 2, runDate: "2026-11-21" })
    })
  )

  it.effect("run twice writes the same key and queues the same messages", () =>
    Effect.gen(function* () {
      const { s3, sqs, run } = stage(sourceText(sourceRows(10)))
      yield* run(byHand)
      yield* run(byHand)
      assert.deepStrictEqual([...new Set(s3.writes)], ["runs/run_date=2026-11-21/roster.json"])
      assert.deepStrictEqual(queuedIn(sqs).slice(0, 10), queuedIn(sqs).slice(10))
    })
  )
})

describe("a source list that cannot be used queues nothing, and is told of in a sentence with its place:", () => {
  const place = "(s3://top-movies/Top250Movies.json)"
  it.effect.each([
    ["HTML", "<html>"],
    ["no items", sourceText([], "Invalid API Key")],
    ["too few rows", sourceText(sourceRows(9))],
    ["two rows of one movie", sourceText([...sourceRows(10), sourceRow(11, { id: "tt1000001" })])]
  ])("%s", ([, text]) =>
    Effect.gen(function* () {
      const { reason, detail } = yield* stage(text).failure(byHand)
      assert.strictEqual(reason, "SourceListUnusable")
      assert.include(detail, place)
    })
  )

  it.effect("a missing object", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* stage().failure(byHand), {
        reason: "ObjectMissing",
        detail: "There is no object s3://top-movies/Top250Movies.json."
      })
    })
  )

  it.effect("one over 5 MB", () =>
    Effect.gen(function* () {
      const { reason, detail } = yield* stage(sourceText(sourceRows(10)) + " ".repeat(5_000_000)).failure(byHand)
      assert.strictEqual(reason, "ObjectTooLarge")
      assert.include(detail, "5000000")
    })
  )
})

describe("a run that cannot be", () => {
  it.effect.each([
    ["names neither a date nor a time", {}, "RunDateMissing", "send scheduledTime (an ISO 8601 instant) or runDate"],
    ["names a day that no calendar has", { runDate: "2026-02-30" }, "InvalidInput", "runDate"],
    [
      "is scheduled for no instant",
      { scheduledTime: "<aws.scheduler.scheduled-time>" },
      "InvalidInput",
      "scheduledTime"
    ],
    ["asks for the top none", { ...byHand, top: 0 }, "InvalidInput", "top"],
    ["is no object", "2026-11-21", "InvalidInput", "The event is invalid"]
  ] as const)("because its event %s says so", ([, event, reason, said]) =>
    Effect.gen(function* () {
      const failure = yield* stage(sourceText(sourceRows(10))).failure(event)
      assert.strictEqual(failure.reason, reason)
      assert.include(failure.detail, said)
    })
  )

  it.effect("for want of a variable names it", () =>
    Effect.gen(function* () {
      const failure = yield* stage(sourceText(sourceRows(10)), { [variable.moviesQueue]: undefined }).failure(byHand)
      assert.strictEqual(failure.reason, "ConfigError")
      assert.include(failure.detail, variable.moviesQueue)
    })
  )

  it.effect("as the roster cannot be written queues nothing", () =>
    Effect.gen(function* () {
      const { s3, failure } = stage(sourceText(sourceRows(10)))
      s3.unwritable = () => true
      assert.strictEqual((yield* failure(byHand)).reason, "ObjectUnwritable")
    })
  )

  it.effect("as the queue refuses fails, for Lambda to run it again", () =>
    Effect.gen(function* () {
      const { sqs, run } = stage(sourceText(sourceRows(10)))
      sqs.refusesToSend = true
      const { result } = yield* run(byHand)
      const error = yield* Effect.flip(result)
      assert.strictEqual(error._tag, "MessagesUnsent")
    })
  )
})
