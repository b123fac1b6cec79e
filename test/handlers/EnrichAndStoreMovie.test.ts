import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { enrichedKey } from "../../domain/keys.ts"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { foundMovie, invalidKey, limitReached, noReply, unavailable, unknownId } from "../support/ScriptedOmdb.ts"
import { failed } from "../support/sqsEvents.ts"
import { exportMessage, movieMessage, movieStage } from "./stages.ts"

describe("EnrichAndStoreMovie", () => {
  it.effect("writes the enriched movie and no gap, then sends its export message, and acknowledges the record", () =>
    Effect.gen(function* () {
      const { handle, enriched, exported, metrics, faults } = movieStage(foundMovie())
      yield* TestClock.setTime(Date.UTC(2026, 10, 21, 6, 0, 7))
      const { response, entries } = yield* handle(movieMessage(1, 8))
      assert.deepStrictEqual(response, failed())
      const { omdb, ...written } = JSON.parse(JSON.stringify(enriched(1)))
      assert.deepStrictEqual(written, {
        ...{ runDate, imdbId: idOf(1), rank: 1, title: "Movie 1", year: 1994 },
        enrichedAt: "2026-11-21T06:00:07.000Z"
      })
      assert.strictEqual(omdb.raw.Runtime, "142 min")
      assert.deepStrictEqual(exported(), [exportMessage(1, "enriched")])
      assert.deepStrictEqual(
        faults.calls.map(({ operation, resource }) => [operation, resource]),
        [
          ["GetSecretValue", "the-secret"],
          ["PutObject", enrichedKey(runDate, idOf(1))],
          ["SendMessageBatch", "exports.fifo"]
        ]
      )
      assert.deepStrictEqual(metrics, [["omdbCalled", 0], ["movieEnriched"]])
      assert.deepInclude(entries.at(-1), { message: "Movie enriched", runDate, imdbId: idOf(1) })
    })
  )

  it.effect(
    "writes a redelivered message's object under the same key, and sends an export message for each version of it",
    () =>
      Effect.gen(function* () {
        const { handle, handleEvent, exports, keysPut } = movieStage(foundMovie())
        const { event } = yield* handle(movieMessage(1))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual((yield* handleEvent(event)).response, failed())
        assert.deepStrictEqual(keysPut(), [enrichedKey(runDate, idOf(1)), enrichedKey(runDate, idOf(1))])
        assert.deepStrictEqual(
          exports.sent.map(({ groupId, deduplicationId }) => [groupId, deduplicationId]),
          [
            [runDate, "movies-1-enriched-1970-01-01T00:00:00.000Z"],
            [runDate, "movies-1-enriched-1970-01-01T00:01:00.000Z"]
          ]
        )
      })
  )

  it.effect.each([
    ["MovieNotFound", unknownId, "Incorrect IMDb ID."],
    ["DifferentMovieReturned", foundMovie({ imdbID: "tt0000009" }), "tt0000009"],
    ["KeyRejected", invalidKey, "Invalid API key!"]
  ] as const)("writes a gap for %s, sends its export message and acknowledges the record", ([reason, reply, detail]) =>
    Effect.gen(function* () {
      const { handle, gap, exported, keysPut, metrics, movies } = movieStage(reply)
      const { response, entries } = yield* handle(movieMessage(1, 3))
      assert.deepStrictEqual(response, failed())
      const { detail: written, ...rest } = JSON.parse(JSON.stringify(gap(1)))
      assert.include(written, detail)
      assert.deepStrictEqual(rest, {
        ...{ runDate, imdbId: idOf(1), rank: 1, title: "Movie 1", reason, attempts: 3 },
        at: "1970-01-01T00:00:00.000Z"
      })
      assert.deepStrictEqual(exported(), [exportMessage(1, "gap")])
      assert.deepStrictEqual([keysPut().length, movies.visibilityChanges], [1, []])
      assert.deepStrictEqual(metrics.at(-1), ["movieGap", reason])
      assert.deepInclude(entries.at(-1), { message: "Movie recorded as gap", reason, runDate, imdbId: idOf(1) })
    })
  )

  const ranks = ranksUpTo(10)
  it.effect.each([
    ["the key is rejected", invalidKey, [], ranks],
    ["the limit is reached", limitReached, ranks, []]
  ] as const)("stops calling OMDb for the batch once %s, and calls again in the next batch", ([, reply, fails, gaps]) =>
    Effect.gen(function* () {
      // Four records are processed at once when the first refusal arrives.
      const { omdb, movies, enriched, gap, handle } = movieStage(
        ...Array.from({ length: 4 }, () => reply),
        foundMovie()
      )
      const { response } = yield* handle(...ranks.map((rank) => movieMessage(rank)))
      assert.deepStrictEqual(response, failed(...fails.map((rank) => `movies-${rank}`)))
      assert.deepStrictEqual(
        movies.visibilityChanges.map(({ seconds }) => seconds),
        fails.map(() => 4 * 3_600)
      )
      assert.deepStrictEqual(
        ranks.filter((rank) => gap(rank) !== undefined),
        gaps
      )
      assert.isAtMost(omdb.urls.length, 4)
      yield* handle(...ranksUpTo(4).map((rank) => movieMessage(rank)))
      assert.isDefined(enriched(4))
    })
  )

  it.effect("keeps the API key out of objects, messages and log lines when a movie quotes it", () =>
    Effect.gen(function* () {
      const { bucket, exports, handle } = movieStage(foundMovie({ Website: "https://omdb.example/?apikey=canary" }))
      const { lines } = yield* handle(movieMessage(1))
      assert.notInclude(JSON.stringify([lines, bucket.list(), exports.sent]), "canary")
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
        assert.deepStrictEqual(movies.visibilityChanges, [{ messageId: "movies-1", seconds }])
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
    ["the gap of the last receive", "PutObject", 8, "Last gap not written", "ObjectUnwritable"]
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
