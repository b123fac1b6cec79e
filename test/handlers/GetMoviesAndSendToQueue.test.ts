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
      assert.deepStrictEqual([bucket.puts, movies.sent, metrics], [[], [], []])
      return failureOf(cause)
    })
  return { bucket, movies, faults, metrics, start, messages, queuedIds, failure }
}
const manual = { runDate }

describe("GetMoviesAndSendToQueue", () => {
  it.effect("writes the roster, then queues one message per movie by rank", () =>
    Effect.gen(function* () {
      const { bucket, faults, metrics, start, messages, queuedIds } = stage(sourceText(sourceRows(3)), {
        [variable.top]: "2"
      })
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
      assert.deepStrictEqual(metrics, [["moviesQueued", 2]])
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

  const rows = sourceText(sourceRows(10))
  it.effect.each([
    ["a list that is not a source list", sourceText([]), manual, "SourceListUnusable", `top-movies/${sourceKey})`],
    [
      "a list shorter than the top",
      sourceText(sourceRows(9)),
      manual,
      "SourceListUnusable",
      `top-movies/${sourceKey})`
    ],
    ["a missing list", undefined, manual, "ObjectMissing", `top-movies/${sourceKey}`],
    ["a list over 5 MB", rows + " ".repeat(5_000_000), manual, "ObjectTooLarge", "5000000"],
    ["an event without run date and scheduled time", rows, {}, "RunDateMissing", "scheduledTime"],
    ["a run date that does not exist", rows, { runDate: "2026-02-30" }, "InvalidInput", "runDate"],
    ["a scheduled time that is no instant", rows, { scheduledTime: "<time>" }, "InvalidInput", "scheduledTime"],
    ["the top 0", rows, { ...manual, top: 0 }, "InvalidInput", "top"],
    ["an event that is not an object", rows, "2026-11-21", "InvalidInput", "event"]
  ] as const)("fails before it writes or queues anything for %s", ([, list, event, reason, detail]) =>
    Effect.gen(function* () {
      const failure = yield* stage(list).failure(event)
      assert.strictEqual(failure.reason, reason)
      assert.include(failure.detail, detail)
    })
  )

  it.effect("fails before it writes or queues anything when a variable is missing, and names it", () =>
    Effect.gen(function* () {
      const { reason, detail } = yield* stage(rows, { [variable.moviesQueue]: undefined }).failure(manual)
      assert.strictEqual(reason, "ConfigError")
      assert.include(detail, variable.moviesQueue)
    })
  )

  it.effect("queues nothing when the roster cannot be written", () =>
    Effect.gen(function* () {
      const { faults, failure } = stage(rows)
      faults.fail("PutObject")
      assert.strictEqual((yield* failure(manual)).reason, "ObjectUnwritable")
    })
  )

  it.effect("fails when the queue refuses a message, so that Lambda retries the run", () =>
    Effect.gen(function* () {
      const { faults, start } = stage(rows)
      faults.fail("SendMessageBatch")
      const { result } = yield* start(manual)
      assert.strictEqual((yield* Effect.flip(result))._tag, "MessagesUnsent")
    })
  )
})
