import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { enrichedKey, rosterKey } from "../../domain/keys.ts"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { formsOfKey, textsWithKey } from "../support/canaryKey.ts"
import { enrichedMovie, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import {
  foundMovie,
  invalidKey,
  limitReached,
  noReply,
  type Reply,
  refusal,
  unavailable,
  unknownId
} from "../support/ScriptedOmdb.ts"
import { failed } from "../support/sqsEvents.ts"
import { exportMessage, exportRequest, minutesAfterRoster, movieMessage, movieStage } from "./stages.ts"

describe("EnrichAndStoreMovie", () => {
  it.effect("writes the enriched movie and no gap, then sends its export message, and acknowledges the record", () =>
    Effect.gen(function* () {
      const { handle, enriched, exported, metrics, faults } = movieStage(foundMovie())
      yield* TestClock.setTime(Date.UTC(2026, 10, 21, 6, 0, 7))
      const { response, entries } = yield* handle(movieMessage(1))
      assert.deepStrictEqual(response, failed())
      const { omdb, ...written } = JSON.parse(JSON.stringify(enriched(1)))
      assert.deepStrictEqual(written, {
        ...{ runDate, imdbId: idOf(1), rank: 1, title: "Movie 1", list: { year: 1994 } },
        enrichedAt: "2026-11-21T06:00:07.000Z"
      })
      assert.strictEqual(omdb.raw.Runtime, "142 min")
      assert.deepStrictEqual(exported(), [exportMessage(1, "enriched")])
      assert.deepStrictEqual(
        faults.calls.map(({ operation, resource }) => [operation, resource]),
        [
          ["GetObject", enrichedKey(runDate, idOf(1))],
          ["GetSecretValue", "the-secret"],
          ["PutObject", enrichedKey(runDate, idOf(1))],
          ["SendMessageBatch", "exports.fifo"]
        ]
      )
      assert.deepStrictEqual(metrics, [["omdbCalled", 0], ["movieEnriched"]])
      assert.deepInclude(entries.at(-1), { message: "Movie enriched", runDate, imdbId: idOf(1) })
    })
  )

  it.effect.each([
    ["MovieNotFound", unknownId, "Incorrect IMDb ID."],
    ["DifferentMovieReturned", foundMovie({ imdbID: "tt0000009" }), "tt0000009"]
  ] as const)("writes a gap for %s, sends its export message and acknowledges the record", ([reason, reply, detail]) =>
    Effect.gen(function* () {
      const { handle, gap, exported, keysPut, metrics } = movieStage(reply)
      const { response, entries } = yield* handle(movieMessage(1, 3))
      assert.deepStrictEqual(response, failed())
      const { detail: written, ...rest } = JSON.parse(JSON.stringify(gap(1)))
      assert.include(written, detail)
      assert.deepStrictEqual(rest, {
        ...{ runDate, imdbId: idOf(1), rank: 1, title: "Movie 1", reason, attempts: 3 },
        at: "1970-01-01T00:00:00.000Z"
      })
      assert.deepStrictEqual(exported(), [exportMessage(1, "gap")])
      assert.strictEqual(keysPut().length, 1)
      assert.deepStrictEqual(metrics.at(-1), ["movieGap", reason])
      assert.deepInclude(entries.at(-1), { message: "Movie recorded as gap", reason, runDate, imdbId: idOf(1) })
    })
  )

  const ranks = ranksUpTo(5)
  it.effect.each([
    ["the key is rejected", invalidKey, 60],
    ["the limit is reached", limitReached, 4 * 3_600]
  ] as const)("stops calling OMDb for the batch once %s, and calls again in the next batch", ([, reply, seconds]) =>
    Effect.gen(function* () {
      const { omdb, movies, enriched, handle } = movieStage(reply, foundMovie())
      const refused = yield* handle(...ranks.map((rank) => movieMessage(rank, 2)))
      assert.sameDeepMembers(
        refused.response.batchItemFailures,
        failed(...ranks.map((rank) => `movies-${rank}`)).batchItemFailures
      )
      // The first change of each keeps the message away from its batch, the second is its retry delay.
      const delays = movies.visibilityChanges.map(({ seconds }) => seconds)
      assert.deepStrictEqual(
        delays,
        ranks.flatMap(() => [300, Math.max(300, seconds)])
      )
      assert.strictEqual(omdb.urls.length, 1)
      yield* handle(movieMessage(4))
      assert.isDefined(enriched(4))
    })
  )

  it.effect("keeps the API key out of objects, messages and log lines when a movie or an error quotes it", () =>
    Effect.gen(function* () {
      const quotes = Object.values(formsOfKey)
      const movies = quotes.map((quote) => foundMovie({ Title: quote, Genre: quote, Website: quote, Note: quote }))
      const errors = quotes.map((quote) => refusal(200, `Movie not found! ${quote}`))
      const { bucket, exports, handle } = movieStage(...movies, ...errors)
      const logged = yield* Effect.forEach(ranksUpTo(2 * quotes.length), (rank) => handle(movieMessage(rank)))
      assert.lengthOf(bucket.puts, 2 * quotes.length)
      const kept = [...bucket.puts.map(({ text }) => text), ...exports.sent.map(({ body }) => body)]
      assert.deepStrictEqual(textsWithKey([...kept, ...logged.flatMap(({ lines }) => lines)]), [])
    })
  )

  it.effect("sends an export request to the movies queue, five minutes delayed, for a movie after the deadline", () =>
    Effect.gen(function* () {
      const { movies, exports, enriched, gap, handle } = movieStage(foundMovie(), unknownId)
      yield* minutesAfterRoster(15.01)
      yield* handle(movieMessage(1), movieMessage(2))
      assert.deepStrictEqual([enriched(1) !== undefined, gap(2) !== undefined, exports.sent], [true, true, []])
      const [, , ...requests] = movies.sent
      assert.deepStrictEqual(
        requests.map(({ body, delaySeconds }) => [JSON.parse(body), delaySeconds]),
        [
          [exportRequest, 300],
          [exportRequest, 300]
        ]
      )
    })
  )
})

describe("EnrichAndStoreMovie of an enriched movie", () => {
  const enrichedAt = "2026-11-21T05:00:00.000Z"
  /** The run has an object of the movie from OMDb's earlier reply. */
  const keptStage = (...replies: ReadonlyArray<Reply>) => {
    const stage = movieStage(...replies)
    const movie = enrichedMovie(1, { list: { year: 1994 }, enrichedAt })
    stage.put(enrichedKey(runDate, idOf(1)), movie)
    return { ...stage, movie, rewritten: () => stage.keysPut().length - 1 }
  }

  it.effect("keeps the object, calls OMDb for no further details and sends its export message", () =>
    Effect.gen(function* () {
      const { handle, exports, exported, omdb, rewritten, metrics } = keptStage(foundMovie())
      const { response } = yield* handle(movieMessage(1))
      assert.deepStrictEqual([response, omdb.urls, rewritten(), metrics], [failed(), [], 0, []])
      assert.deepStrictEqual(exported(), [exportMessage(1, "enriched")])
      assert.strictEqual(exports.sent[0]?.deduplicationId, `movies-1-enriched-${enrichedAt}`)
    })
  )

  it.effect("writes a changed row of the list around OMDb's earlier reply, if it is of the latest roster", () =>
    Effect.gen(function* () {
      const { handle, put, enriched, omdb, movie } = keptStage(foundMovie())
      const later = "2026-11-21T09:00:00.000Z"
      put(rosterKey(runDate), { ...rosterOf([1]), createdAt: later })
      yield* handle(movieMessage(1, 1, { title: "Of an earlier roster" }))
      assert.deepStrictEqual<unknown>(enriched(1), movie)
      yield* handle(movieMessage(1, 1, { title: "Another title", rosterCreatedAt: later }))
      assert.deepStrictEqual<unknown>([enriched(1), omdb.urls], [{ ...movie, title: "Another title" }, []])
    })
  )

  it.effect("calls OMDb for an object that is not valid", () =>
    Effect.gen(function* () {
      const { handle, put, enriched } = movieStage(foundMovie())
      put(enrichedKey(runDate, idOf(1)), "{")
      assert.deepStrictEqual((yield* handle(movieMessage(1))).response, failed())
      assert.isDefined(enriched(1))
    })
  )

  const refresh = { refresh: true }
  it.effect("calls OMDb again for a refresh, once per roster, and sends an export message for each version", () =>
    Effect.gen(function* () {
      const { handle, handleEvent, omdb, enriched, exports } = keptStage(foundMovie())
      yield* minutesAfterRoster(1)
      const { event } = yield* handle(movieMessage(1, 1, refresh))
      yield* handleEvent(event)
      assert.strictEqual(omdb.urls.length, 1)
      assert.include(enriched(1), { enrichedAt: "2026-11-21T06:01:00.000Z" })
      assert.deepStrictEqual(
        exports.sent.map(({ groupId, deduplicationId }) => [groupId, deduplicationId]),
        [[runDate, "movies-1-enriched-2026-11-21T06:01:00.000Z"]]
      )
    })
  )

  it.effect.each([
    ["OMDb is unavailable", unavailable],
    ["OMDb does not know the movie", unknownId],
    ["the limit is reached", limitReached]
  ] as const)("keeps the object, logs the refresh and acknowledges the record when %s", ([, reply]) =>
    Effect.gen(function* () {
      const { handle, rewritten, gap, exported } = keptStage(reply)
      const { response, entries } = yield* handle(movieMessage(1, 8, refresh))
      assert.deepStrictEqual([response, rewritten(), gap(1)], [failed(), 0, undefined])
      assert.deepStrictEqual(exported(), [exportMessage(1, "enriched")])
      assert.deepInclude(entries[0], { level: "WARN", message: "Refresh failed", imdbId: idOf(1) })
    })
  )
})

describe("EnrichAndStoreMovie after a transient failure", () => {
  it.effect.each([
    ["OMDb is unavailable", unavailable, 1, 60, "OmdbUnavailable"],
    ["OMDb is unavailable", unavailable, 7, 42_300, "OmdbUnavailable"],
    ["OMDb's limit is reached", limitReached, 1, 4 * 3_600, "QuotaExhausted"]
  ] as const)(
    "fails the record when %s on receive %2$i, and retries after %3$i seconds",
    ([, reply, receive, seconds, reason]) =>
      Effect.gen(function* () {
        const { bucket, movies, exports, handle } = movieStage(reply)
        const { response, entries } = yield* handle(movieMessage(1, receive))
        assert.deepStrictEqual(response, failed("movies-1"))
        assert.deepStrictEqual(movies.visibilityChanges.at(-1), { messageId: "movies-1", seconds })
        assert.deepStrictEqual([bucket.puts, exports.sent], [[], []])
        assert.deepInclude(entries.at(-1), { message: "Record failed", reason, imdbId: idOf(1), messageId: "movies-1" })
      })
  )

  it.effect.each([
    ["the secret cannot be read", "GetSecretValue", "SecretUnreadable", foundMovie()],
    ["the object cannot be written", "PutObject", "ObjectUnwritable", foundMovie()],
    ["a permanent failure's gap cannot be written", "PutObject", "ObjectUnwritable", unknownId],
    ["the export message cannot be sent", "SendMessageBatch", "MessagesUnsent", foundMovie()],
    ["a gap's export message cannot be sent", "SendMessageBatch", "MessagesUnsent", unknownId]
  ] as const)("fails the record and retries after a minute when %s", ([, operation, reason, reply]) =>
    Effect.gen(function* () {
      const { faults, movies, exports, metrics, handle } = movieStage(reply)
      faults.fail(operation)
      const { response, entries } = yield* handle(movieMessage(1))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepStrictEqual(movies.visibilityChanges, [{ messageId: "movies-1", seconds: 60 }])
      assert.deepStrictEqual(exports.sent, [])
      assert.isTrue(metrics.every(([name]) => name === "omdbCalled"))
      assert.deepInclude(entries.at(-1), { reason })
    })
  )

  it.effect("fails no other record of the batch", () =>
    Effect.gen(function* () {
      const { movies, exported, handle } = movieStage((request, url) =>
        (url.searchParams.get("i") === idOf(2) ? unavailable : foundMovie())(request, url)
      )
      const { response } = yield* handle(movieMessage(1), movieMessage(2), movieMessage(3))
      assert.deepStrictEqual(response, failed("movies-2"))
      assert.deepStrictEqual(exported(), [exportMessage(1, "enriched"), exportMessage(3, "enriched")])
      assert.deepStrictEqual(movies.visibilityChanges, [{ messageId: "movies-2", seconds: 60 }])
    })
  )

  it.effect.each([
    ["the retry delay", "ChangeMessageVisibility", 1, "Retry not deferred", "VisibilityUnchanged"],
    ["the gap of the last receive", "PutObject", 8, "Gap not written", "ObjectUnwritable"]
  ] as const)("fails the record and logs it when %s cannot be written", ([, operation, receive, message, reason]) =>
    Effect.gen(function* () {
      const { faults, handle } = movieStage(unavailable)
      faults.fail(operation)
      const { response, entries } = yield* handle(movieMessage(1, receive))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepInclude(entries[0], { message, reason, imdbId: idOf(1) })
      assert.deepInclude(entries[1], { reason: "OmdbUnavailable" })
    })
  )

  it.effect.each([
    ["OMDb is unavailable", unavailable, "OmdbUnavailable"],
    ["OMDb never replies", noReply, "OmdbUnavailable"],
    ["OMDb's limit is reached", limitReached, "QuotaExhausted"],
    ["the work ends with a defect", () => Effect.die(new TypeError("x is not a function")), "Defect"]
  ] as const)("writes and exports a gap on the last receive, and fails the record, when %s", ([, reply, reason]) =>
    Effect.gen(function* () {
      const { movies, gap, exported, handle } = movieStage(reply)
      const { response } = yield* handle(movieMessage(1, 8), movieMessage(2, 9))
      assert.deepStrictEqual(response, failed("movies-1", "movies-2"))
      assert.deepInclude(gap(1), { reason, attempts: 8 })
      assert.deepInclude(gap(2), { reason, attempts: 9 })
      assert.sameDeepMembers(exported(), [exportMessage(1, "gap"), exportMessage(2, "gap")])
      assert.deepStrictEqual(movies.visibilityChanges, [])
    }).pipe(Effect.provideService(InvocationDeadline, 20_000))
  )
})
