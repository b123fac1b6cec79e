import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { rosterKey } from "../../domain/keys.ts"
import { variable } from "../../domain/variables.ts"
import { handleEvent } from "../../handlers/GetMoviesAndSendToQueue.ts"
import { failureOf } from "../../handlers/lambda/failureOf.ts"
import { ranksUpTo, runDate, sourceRow, sourceRows, sourceText } from "../support/exampleRun.ts"
import { sourceKey } from "../support/settings.ts"
import { exportRequest, handlerAccount } from "./stages.ts"

const stage = (list?: string, variables: Record<string, string | undefined> = {}) => {
  const { sources, movies, bucket, faults, metrics, run } = handlerAccount({ variables })
  if (list !== undefined) sources.put(0, sourceKey, list)
  const start = (event: unknown) => run(handleEvent(event))
  const messages = () => movies.sent.map(({ body }) => JSON.parse(body))
  const queuedIds = () => messages().flatMap(({ movie }) => movie?.imdbId ?? [])
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
  it.effect("sends a delayed export request, writes the roster, then queues one message per movie by rank", () =>
    Effect.gen(function* () {
      const { bucket, movies, faults, metrics, start, messages, queuedIds } = stage(sourceText(sourceRows(3)), {
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
      assert.deepStrictEqual([messages()[0], movies.sent[0]?.delaySeconds], [exportRequest, 900])
      assert.deepStrictEqual(messages()[1], {
        version: 1,
        type: "movie",
        runDate: "2026-11-21",
        rosterCreatedAt: "2026-11-22T01:02:03.000Z",
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
          ["SendMessageBatch", "movies", undefined],
          ["PutObject", rosterKey(runDate), undefined],
          ["SendMessageBatch", "movies", undefined]
        ]
      )
      assert.deepStrictEqual(metrics, [["runStarted", 2]])
      assert.deepInclude(entries.at(-1), { message: "Movies queued", runDate: "2026-11-21", total: 2 })
    })
  )

  it.effect("escapes the two characters that SQS rejects, so that the title is decoded unchanged", () =>
    Effect.gen(function* () {
      const title = "\uFFFE, \uFFFF, \uD83C\uDFAC"
      const { movies, start, messages } = stage(sourceText([sourceRow(1, { title }), ...sourceRows(12).slice(1)]))
      yield* start(manual)
      assert.notMatch(movies.sent[1]?.body ?? "", /[\uFFFE\uFFFF]/)
      assert.strictEqual(messages()[1].movie.title, title)
    })
  )

  it.effect.each([
    ["the scheduled time in the schedule's zone", { scheduledTime: "2026-11-21T23:30:00Z" }, "2026-11-22", 10],
    ["a manual event", { scheduledTime: "2026-11-21T06:00:00Z", runDate: "2026-01-01", top: 25 }, "2026-01-01", 25]
  ] as const)("takes the run date, and the top if it is given, from %s", ([, event, runDate, total]) =>
    Effect.gen(function* () {
      const { start } = stage(sourceText(sourceRows(30)))
      yield* TestClock.setTime(Date.UTC(2030, 0, 1))
      const { result } = yield* start(event)
      assert.deepStrictEqual<unknown>(yield* result, { runDate, total, queued: total })
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

  const rows = sourceText(sourceRows(10))
  it.effect.each([
    ["an unusable list", sourceText(sourceRows(9)), manual, "SourceListUnusable", `top-movies/${sourceKey})`],
    ["a missing list", undefined, manual, "ObjectMissing", `top-movies/${sourceKey}`],
    ["a list over 5 MB", rows + " ".repeat(5_000_000), manual, "ObjectTooLarge", "5000000"],
    ["an event without run date and scheduled time", rows, {}, "RunDateMissing", "scheduledTime"],
    ["a run date that does not exist", rows, { runDate: "2026-02-30" }, "InvalidInput", "runDate"],
    ["a scheduled time that is no instant", rows, { scheduledTime: "<time>" }, "InvalidInput", "scheduledTime"],
    ["the top 0", rows, { ...manual, top: 0 }, "InvalidInput", "top"]
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

  it.effect("passes a refresh on to every movie", () =>
    Effect.gen(function* () {
      const { start, messages } = stage(rows)
      yield* start({ ...manual, refresh: true })
      assert.deepStrictEqual(
        messages().map(({ type, refresh }) => [type, refresh]),
        [["export", undefined], ...ranksUpTo(10).map(() => ["movie", true])]
      )
    })
  )

  it.effect.each([
    ["the export request is refused", "SendMessageBatch", 1, "MessagesUnsent", 0, 0],
    ["the roster cannot be written", "PutObject", 1, "ObjectUnwritable", 1, 0],
    ["a movie is refused", "SendMessageBatch", 2, "MessagesUnsent", 1, 1]
  ] as const)("fails, so that Lambda retries the run, when %s", ([, operation, call, tag, queued, rosters]) =>
    Effect.gen(function* () {
      const { faults, movies, bucket, metrics, start } = stage(rows)
      let calls = 0
      faults.fail(operation, () => ++calls === call)
      const { result } = yield* start(manual)
      assert.strictEqual((yield* Effect.flip(result))._tag, tag)
      assert.deepStrictEqual([movies.sent.length, bucket.puts.length, metrics], [queued, rosters, []])
    })
  )
})
