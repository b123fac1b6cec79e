import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { idOf } from "../support/exampleRun.ts"
import { foundMovie, limitReached, noReply, unavailable } from "../support/ScriptedOmdb.ts"
import { failed } from "../support/sqsEvents.ts"
import { exportMessage, movieMessage, movieStage } from "./movieStage.ts"

describe("EnrichAndStoreMovie after a transient failure", () => {
  it.effect.each([
    ["OMDb is unavailable", unavailable, 1, 60, "OmdbUnavailable"],
    ["OMDb is unavailable", unavailable, 7, 42_300, "OmdbUnavailable"],
    ["OMDb's limit is reached", limitReached, 1, 4 * 3_600, "QuotaExhausted"],
    ["OMDb's limit is reached", limitReached, 7, 42_300, "QuotaExhausted"]
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
    ["the secret cannot be read", "GetSecretValue", "SecretUnreadable"],
    ["the object cannot be written", "PutObject", "ObjectUnwritable"],
    ["the export message cannot be sent", "SendMessageBatch", "MessagesUnsent"]
  ] as const)("fails the record and retries after a minute when %s", ([, operation, reason]) =>
    Effect.gen(function* () {
      const { faults, movies, exports, handle } = movieStage(foundMovie())
      faults.fail(operation)
      const { response, entries } = yield* handle(movieMessage(1))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepStrictEqual(movies.visibilityChanges, [{ messageId: "movies-1", seconds: 60 }])
      assert.deepStrictEqual(exports.sent, [])
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

  it.effect("fails the record and logs it when the retry delay cannot be set", () =>
    Effect.gen(function* () {
      const { faults, handle } = movieStage(unavailable)
      faults.fail("ChangeMessageVisibility")
      const { response, entries } = yield* handle(movieMessage(1))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepInclude(entries[0], { message: "Retry not deferred", reason: "VisibilityUnchanged" })
    })
  )

  it.effect("stops calling OMDb for the batch once its limit is reached, and calls again in the next batch", () =>
    Effect.gen(function* () {
      const { omdb, movies, metrics, bucket, enriched, handle } = movieStage(
        ...Array.from({ length: 4 }, () => limitReached),
        foundMovie()
      )
      const { response } = yield* handle(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((rank) => movieMessage(rank)))
      assert.strictEqual(response.batchItemFailures.length, 10)
      assert.deepStrictEqual(
        movies.visibilityChanges.map(({ seconds }) => seconds),
        Array.from({ length: 10 }, () => 4 * 3_600)
      )
      assert.deepStrictEqual(bucket.puts, [])
      assert.isAtMost(omdb.urls.length, 4)
      const countOf = (metric: string) => metrics.filter(([name]) => name === metric).length
      assert.strictEqual(countOf("omdbQuotaHit"), omdb.urls.length)
      yield* handle(movieMessage(1), movieMessage(2), movieMessage(3), movieMessage(4))
      assert.isDefined(enriched(4))
    })
  )
})

describe("EnrichAndStoreMovie on the last receive", () => {
  it.effect.each([
    ["OMDb is unavailable", unavailable, "OmdbUnavailable"],
    ["OMDb's limit is reached", limitReached, "QuotaExhausted"],
    ["the work ends with a defect", () => Effect.die(new TypeError("x is not a function")), "Defect"]
  ] as const)("writes a gap, sends its export message and still fails the record when %s", ([, reply, reason]) =>
    Effect.gen(function* () {
      const { movies, gap, exported, handle } = movieStage(reply)
      const { response } = yield* handle(movieMessage(1, 8))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepInclude(gap(1), { reason, attempts: 8 })
      assert.deepStrictEqual(exported(), [exportMessage(1, "gap")])
      assert.deepStrictEqual(movies.visibilityChanges, [])
    })
  )

  it.effect("writes a gap on a later receive too, and none on an earlier one", () =>
    Effect.gen(function* () {
      const { gap, handle } = movieStage(unavailable)
      yield* handle(movieMessage(1, 7), movieMessage(2, 9))
      assert.isUndefined(gap(1))
      assert.deepInclude(gap(2), { attempts: 9 })
    })
  )

  it.effect("writes no gap for an enriched movie", () =>
    Effect.gen(function* () {
      const { enriched, gap, handle } = movieStage(foundMovie())
      assert.deepStrictEqual((yield* handle(movieMessage(1, 8))).response, failed())
      assert.isDefined(enriched(1))
      assert.isUndefined(gap(1))
    })
  )

  it.effect("writes the gap before the function's timeout when OMDb never replies", () =>
    Effect.gen(function* () {
      const { gap, handle } = movieStage(noReply)
      const { response } = yield* handle(movieMessage(1, 8), movieMessage(2, 8)).pipe(
        Effect.provideService(InvocationDeadline, 20_000)
      )
      assert.deepStrictEqual(response, failed("movies-1", "movies-2"))
      assert.deepInclude(gap(1), { reason: "OmdbUnavailable" })
      assert.deepInclude(gap(2), { reason: "OmdbUnavailable" })
    })
  )

  it.effect("logs an error when the gap cannot be written, and fails the record for the dead-letter queue", () =>
    Effect.gen(function* () {
      const { faults, handle } = movieStage(unavailable)
      faults.fail("PutObject")
      const { response, entries } = yield* handle(movieMessage(1, 8))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepInclude(entries[0], { level: "ERROR", message: "Last gap not written", imdbId: idOf(1) })
      assert.deepInclude(entries[1], { reason: "OmdbUnavailable" })
    })
  )

  it.effect("retries a permanent failure whose gap cannot be written before the last receive", () =>
    Effect.gen(function* () {
      const { faults, movies, exports, handle } = movieStage(foundMovie({ imdbID: "tt0000009" }))
      faults.fail("PutObject")
      assert.deepStrictEqual((yield* handle(movieMessage(1))).response, failed("movies-1"))
      assert.deepStrictEqual([exports.sent, movies.visibilityChanges], [[], [{ messageId: "movies-1", seconds: 60 }]])
    })
  )
})
