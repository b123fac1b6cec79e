import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { rosterKey } from "../../domain/keys.ts"
import { variable } from "../../domain/variables.ts"
import { handleEvent } from "../../handlers/GetMoviesAndSendToQueue.ts"
import { failureOf } from "../../handlers/lambda/failureOf.ts"
import { runDate, sourceRow, sourceRows, sourceText } from "../support/exampleRun.ts"
import { sourceKey } from "../support/settings.ts"
import { handlerAccount } from "./handlerAccount.ts"

const stage = (list?: string, variables: Record<string, string | undefined> = {}) => {
  const { sources, movies, bucket, faults, metrics, run } = handlerAccount({ variables })
  if (list !== undefined) sources.put(0, sourceKey, list)
  const start = (event: unknown) => run(handleEvent(event))
  const messages = () => movies.sent.map(({ body }) => JSON.parse(body))
  const queuedIds = () => messages().map(({ movie }) => movie.imdbId)
  /** The failure that Lambda gets. Nothing was written or queued before it. */
  const failure = (event: unknown) =>
    Effect.gen(function* () {
      const { result } = yield* start(event)
      const cause = yield* Effect.flip(Effect.sandbox(result))
      assert.deepStrictEqual([bucket.puts, movies.sent], [[], []])
      return failureOf(cause)
    })
  return { bucket, movies, faults, metrics, start, messages, queuedIds, failure }
}
const manual = { runDate }

describe("GetMoviesAndSendToQueue", () => {
  it.effect("writes the roster, then queues one message per movie by rank", () =>
    Effect.gen(function* () {
      const { bucket, faults, start, messages, queuedIds } = stage(sourceText(sourceRows(3)), { [variable.top]: "2" })
      yield* TestClock.setTime(Date.UTC(2026, 10, 22, 1, 2, 3))
      const { result, entries } = yield* start(manual)
      assert.deepStrictEqual(yield* result, { runDate, total: 2, queued: 2 })
      assert.deepStrictEqual(bucket.json(rosterKey(runDate)), {
        runDate: "2026-11-21",
        total: 2,
        movies: [
          { imdbId: "tt1000001", rank: 1, title: "Movie 1" },
          { imdbId: "tt1000002", rank: 2, title: "Movie 2" }
        ],
        createdAt: "2026-11-22T01:02:03.000Z"
      })
      assert.deepStrictEqual(messages()[0], {
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
      assert.deepStrictEqual(queuedIds(), ["tt1000001", "tt1000002"])
      assert.deepStrictEqual(
        faults.calls.map(({ operation, resource, region }) => [operation, resource, region]),
        [
          ["GetObject", "Top250Movies.json", "eu-central-1"],
          ["PutObject", rosterKey(runDate), undefined],
          ["SendMessageBatch", "movies", undefined]
        ]
      )
      assert.deepInclude(entries.at(-1), { message: "Movies queued", runDate: "2026-11-21", total: 2 })
    })
  )

  it.effect("escapes the two characters that SQS rejects, so that the title is decoded unchanged", () =>
    Effect.gen(function* () {
      const title = "\uFFFE, \uFFFF, \uD83C\uDFAC"
      const { movies, start, messages } = stage(sourceText([sourceRow(1, { title }), ...sourceRows(12).slice(1)]))
      yield* start(manual)
      assert.notMatch(movies.sent[0]?.body ?? "", /[\uFFFE\uFFFF]/)
      assert.strictEqual(messages()[0].movie.title, title)
    })
  )

  it.effect("records the number of queued movies as a metric, and none when it fails", () =>
    Effect.gen(function* () {
      const { metrics, start } = stage(sourceText(sourceRows(12)))
      yield* start({ ...manual, top: 11 })
      assert.deepStrictEqual(metrics, [["moviesQueued", 11]])
      const failing = stage(sourceText([]))
      yield* failing.failure(manual)
      assert.deepStrictEqual(failing.metrics, [])
    })
  )

  it.effect.each([
    ["2026-11-21T23:30:00Z", "2026-11-21"],
    ["2026-11-21T23:30:00-05:00", "2026-11-22"]
  ] as const)(
    "takes the run date from the scheduled time %s in UTC and not from the clock: %s",
    ([scheduledTime, day]) =>
      Effect.gen(function* () {
        const { start } = stage(sourceText(sourceRows(10)))
        yield* TestClock.setTime(Date.UTC(2030, 0, 1))
        const { result } = yield* start({ scheduledTime })
        assert.strictEqual<string>((yield* result).runDate, day)
      })
  )

  it.effect("uses the run date and the top of a manual event instead of the scheduled time and the variable", () =>
    Effect.gen(function* () {
      const { start } = stage(sourceText(sourceRows(30)))
      const { result } = yield* start({ scheduledTime: "2026-11-21T06:00:00Z", runDate: "2026-01-01", top: 25 })
      assert.deepStrictEqual(yield* result, { runDate: "2026-01-01", total: 25, queued: 25 })
    })
  )

  it.effect("skips unusable rows and logs their number", () =>
    Effect.gen(function* () {
      const rows = [sourceRow(1, { rank: "" }), sourceRow(2, { id: "nm0000151" }), ...sourceRows(12).slice(2)]
      const { start, queuedIds } = stage(sourceText(rows))
      const { entries } = yield* start(manual)
      assert.strictEqual(queuedIds()[0], "tt1000003")
      const skipped = entries.find(({ message }) => message === "Source rows skipped")
      assert.deepInclude(skipped, { level: "WARN", count: 2, runDate: "2026-11-21" })
    })
  )

  it.effect("writes the same key and queues the same messages when it runs twice", () =>
    Effect.gen(function* () {
      const { bucket, start, messages } = stage(sourceText(sourceRows(10)))
      yield* start(manual)
      yield* start(manual)
      assert.deepStrictEqual(
        bucket.puts.map(({ key }) => key),
        [rosterKey(runDate), rosterKey(runDate)]
      )
      assert.deepStrictEqual(messages().slice(0, 10), messages().slice(10))
    })
  )

  it.effect.each([
    ["is not a source list", sourceText([], "Invalid API Key"), "SourceListUnusable", `top-movies/${sourceKey})`],
    ["has fewer rows than the top", sourceText(sourceRows(9)), "SourceListUnusable", `top-movies/${sourceKey})`],
    ["is missing", undefined, "ObjectMissing", `top-movies/${sourceKey}`],
    ["is over 5 MB", sourceText(sourceRows(10)) + " ".repeat(5_000_000), "ObjectTooLarge", "5000000"]
  ] as const)("fails before it writes or queues anything when the list %s", ([, list, reason, detail]) =>
    Effect.gen(function* () {
      const failure = yield* stage(list).failure(manual)
      assert.strictEqual(failure.reason, reason)
      assert.include(failure.detail, detail)
    })
  )

  it.effect.each([
    ["has neither a run date nor a scheduled time", {}, "RunDateMissing", "scheduledTime"],
    ["has a run date that does not exist", { runDate: "2026-02-30" }, "InvalidInput", "runDate"],
    ["has no instant", { scheduledTime: "<aws.scheduler.scheduled-time>" }, "InvalidInput", "scheduledTime"],
    ["has the top 0", { ...manual, top: 0 }, "InvalidInput", "top"],
    ["is not an object", "2026-11-21", "InvalidInput", "event"]
  ] as const)("fails before it writes or queues anything when the event %s", ([, event, reason, detail]) =>
    Effect.gen(function* () {
      const failure = yield* stage(sourceText(sourceRows(10))).failure(event)
      assert.strictEqual(failure.reason, reason)
      assert.include(failure.detail, detail)
    })
  )

  it.effect("fails with the name of a missing variable", () =>
    Effect.gen(function* () {
      const { failure } = stage(sourceText(sourceRows(10)), { [variable.moviesQueue]: undefined })
      const { reason, detail } = yield* failure(manual)
      assert.strictEqual(reason, "ConfigError")
      assert.include(detail, variable.moviesQueue)
    })
  )

  it.effect("queues nothing when the roster cannot be written", () =>
    Effect.gen(function* () {
      const { faults, failure } = stage(sourceText(sourceRows(10)))
      faults.fail("PutObject")
      assert.strictEqual((yield* failure(manual)).reason, "ObjectUnwritable")
    })
  )

  it.effect("fails when the queue refuses a message, so that Lambda retries the run", () =>
    Effect.gen(function* () {
      const { faults, start } = stage(sourceText(sourceRows(10)))
      faults.fail("SendMessageBatch")
      const { result } = yield* start(manual)
      assert.strictEqual((yield* Effect.flip(result))._tag, "MessagesUnsent")
    })
  )
})
