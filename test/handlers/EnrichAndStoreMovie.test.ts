import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { enrichedKey } from "../../domain/keys.ts"
import { variable } from "../../domain/variables.ts"
import { handleBatch } from "../../handlers/EnrichAndStoreMovie.ts"
import { deliver } from "../model/modelSqs.ts"
import { idOf, runDate } from "../support/exampleRun.ts"
import { foundMovie, invalidKey, limitReached, refusal, unavailable, unknownId } from "../support/ScriptedOmdb.ts"
import { failed } from "../support/sqsEvents.ts"
import { handlerAccount } from "./handlerAccount.ts"
import { exportMessage, movieMessage, movieStage } from "./movieStage.ts"

describe("EnrichAndStoreMovie", () => {
  it.effect("writes the enriched movie, then sends its export message, and acknowledges the record", () =>
    Effect.gen(function* () {
      const { handle, enriched, exported, movies, faults } = movieStage(foundMovie())
      yield* TestClock.setTime(Date.UTC(2026, 10, 21, 6, 0, 7))
      const { response, entries } = yield* handle(movieMessage(1))
      assert.deepStrictEqual(response, failed())
      assert.deepInclude(enriched(1), {
        runDate,
        imdbId: "tt0000001",
        rank: 1,
        title: "Movie 1",
        year: 1994,
        enrichedAt: "2026-11-21T06:00:07.000Z"
      })
      const { omdb } = JSON.parse(JSON.stringify(enriched(1)))
      assert.deepInclude(omdb, { title: "The Shawshank Redemption", runtimeMinutes: 142, boxOfficeUsd: 28767189 })
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
      assert.deepStrictEqual(movies.visibilityChanges, [])
      assert.deepInclude(entries.at(-1), { message: "Movie enriched", runDate, imdbId: "tt0000001" })
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

  it.effect("keeps the gap of an earlier attempt beside the enriched movie", () =>
    Effect.gen(function* () {
      const { handle, enriched, gap } = movieStage(unknownId, foundMovie())
      yield* handle(movieMessage(1))
      yield* handle(movieMessage(1))
      assert.isDefined(enriched(1))
      assert.deepInclude(gap(1), { reason: "MovieNotFound" })
    })
  )

  it.effect.each([
    ["MovieNotFound", unknownId, "Incorrect IMDb ID."],
    ["DifferentMovieReturned", foundMovie({ imdbID: "tt0000009" }), "tt0000009"],
    ["KeyRejected", invalidKey, "Invalid API key!"]
  ] as const)("writes a gap for %s, sends its export message and acknowledges the record", ([reason, reply, detail]) =>
    Effect.gen(function* () {
      const { handle, enriched, gap, exported, movies } = movieStage(reply)
      yield* TestClock.setTime(Date.UTC(2026, 10, 21, 6))
      const { response, entries } = yield* handle(movieMessage(1, 3))
      assert.deepStrictEqual(response, failed())
      assert.isUndefined(enriched(1))
      const { detail: written, ...rest } = JSON.parse(JSON.stringify(gap(1)))
      assert.include(written, detail)
      assert.deepStrictEqual(rest, {
        runDate,
        imdbId: "tt0000001",
        rank: 1,
        title: "Movie 1",
        reason,
        attempts: 3,
        at: "2026-11-21T06:00:00.000Z"
      })
      assert.deepStrictEqual(exported(), [exportMessage(1, "gap")])
      assert.deepStrictEqual(movies.visibilityChanges, [])
      assert.deepInclude(entries.at(-1), { message: "Movie recorded as gap", reason, runDate, imdbId: "tt0000001" })
    })
  )

  it.effect("stops calling OMDb for the batch once the key is rejected, and writes a gap for every movie", () =>
    Effect.gen(function* () {
      const { omdb, handle, gap } = movieStage(invalidKey)
      const ranks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      const { response } = yield* handle(...ranks.map((rank) => movieMessage(rank)))
      assert.deepStrictEqual(response, failed())
      for (const rank of ranks) assert.deepInclude(gap(rank), { reason: "KeyRejected", imdbId: idOf(rank) })
      // Four records are processed at once when the first rejection arrives.
      assert.isAtMost(omdb.urls.length, 4)
    })
  )

  it.effect("fails a record with an invalid body without a call to OMDb or a retry delay", () =>
    Effect.gen(function* () {
      const { omdb, bucket, handle, movies } = movieStage(foundMovie())
      const invalid = { body: JSON.stringify({ version: 2 }), receiveCount: 8 }
      const { response, entries } = yield* handle(invalid, movieMessage(2))
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepInclude(entries[0], { reason: "InvalidInput", messageId: "movies-1" })
      assert.deepStrictEqual([omdb.urls.length, bucket.puts.length, movies.visibilityChanges], [1, 1, []])
    })
  )

  it.effect("fails the whole batch with the name of a missing variable", () =>
    Effect.gen(function* () {
      const { run, movies } = handlerAccount({ variables: { [variable.exportsQueue]: undefined } })
      const { result } = yield* run(handleBatch(deliver(movies, 0, movieMessage(1))))
      assert.include(String(yield* Effect.flip(result)), variable.exportsQueue)
    })
  )

  it.effect("records every call to OMDb, every enriched movie, and every gap whose export message was sent", () =>
    Effect.gen(function* () {
      const { handle, metrics, faults } = movieStage(unavailable, foundMovie(), unknownId)
      yield* handle(movieMessage(1))
      yield* handle(movieMessage(2))
      faults.fail("SendMessageBatch")
      yield* handle(movieMessage(3))
      assert.deepStrictEqual(metrics, [
        ["omdbCalled", 0],
        ["omdbCalled", 0],
        ["movieEnriched"],
        ["omdbCalled", 0],
        ["movieGap", "MovieNotFound"],
        ["omdbCalled", 0]
      ])
    })
  )

  it.effect.each([
    ["a found movie", foundMovie()],
    ["a 503", unavailable],
    ["a rejected key", invalidKey],
    ["a reached limit", limitReached],
    ["an error that quotes the key", refusal(200, "Unknown request: apikey=canary")]
  ] as const)("keeps the API key out of objects, messages and log lines after %s", ([, reply]) =>
    Effect.gen(function* () {
      const { bucket, exports, handle } = movieStage(reply)
      const { lines } = yield* handle(movieMessage(1), movieMessage(2, 8))
      assert.notInclude(JSON.stringify([lines, bucket.list(), exports.sent]), "canary")
    })
  )
})
