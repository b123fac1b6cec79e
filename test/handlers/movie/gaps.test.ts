import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { rosterCreatedAt } from "../../support/exampleRun.ts"
import { foundMovie, invalidKey, limitReached, unavailable } from "../../support/ScriptedOmdb.ts"
import { failed, sqsEvent, sqsRecord } from "../../support/sqsEvents.ts"
import { exportMessage, minutesAfterRoster, movieMessage, movieStage } from "../stages.ts"

describe("EnrichAndStoreMovie when the next attempt is after the deadline", () => {
  it.effect.each([
    ["OMDb is unavailable", unavailable, 3, 0.1, "OmdbUnavailable", 15],
    ["the key is rejected", invalidKey, 1, 14.1, "KeyRejected", 1],
    ["the limit is reached", limitReached, 1, 0, "QuotaExhausted", 240],
    ["the secret cannot be read", foundMovie(), 4, 1, "SecretUnreadable", 60],
    ["S3 cannot read the bucket", foundMovie(), 4, 1, "ObjectUnreadable", 60]
  ] as const)(
    "writes and exports a provisional gap, and fails the record, when %s",
    ([, reply, receive, minutes, reason, delay]) =>
      Effect.gen(function* () {
        const { faults, gap, exported, handle, metrics } = movieStage(reply)
        if (reason === "SecretUnreadable") faults.fail("GetSecretValue")
        if (reason === "ObjectUnreadable") faults.fail("GetObject")
        yield* minutesAfterRoster(minutes)
        const { response } = yield* handle(movieMessage(1, receive))
        assert.deepStrictEqual(response, failed("movies-1"))
        const { nextAttemptAt, ...written } = JSON.parse(JSON.stringify(gap(1)))
        assert.deepInclude(written, { reason, attempts: receive })
        assert.approximately(Date.parse(nextAttemptAt), Date.parse(rosterCreatedAt) + (minutes + delay) * 60_000, 5_000)
        assert.deepStrictEqual(exported(), [exportMessage(1, "gap")])
        assert.notInclude(JSON.stringify(metrics), "movieGap")
      })
  )

  it.effect("announces a provisional gap at each attempt, since the function may have ended before", () =>
    Effect.gen(function* () {
      const { faults, endFaults, exported, keysPut, handle } = movieStage(unavailable)
      yield* minutesAfterRoster(1)
      faults.fail("SendMessageBatch")
      yield* handle(movieMessage(1, 3))
      assert.deepStrictEqual(exported(), [])
      endFaults()
      yield* handle(movieMessage(1, 4))
      assert.deepStrictEqual([exported(), keysPut().length], [[exportMessage(1, "gap")], 1])
    })
  )

  it.effect("writes no gap for a movie whose object is stored and whose export message cannot be sent", () =>
    Effect.gen(function* () {
      const { faults, enriched, gap, handle } = movieStage(foundMovie())
      faults.fail("SendMessageBatch")
      const { response } = yield* handle(movieMessage(1, 8))
      assert.deepStrictEqual([response, gap(1)], [failed("movies-1"), undefined])
      assert.isDefined(enriched(1))
    })
  )

  it.effect("writes no gap while the next attempt is before the deadline", () =>
    Effect.gen(function* () {
      const { keysPut, exports, handle } = movieStage(unavailable)
      yield* minutesAfterRoster(9)
      yield* handle(movieMessage(1, 2))
      assert.deepStrictEqual([keysPut(), exports.sent], [[], []])
    })
  )

  it.effect("writes a provisional gap again only for another reason, a newer roster, and when it becomes final", () =>
    Effect.gen(function* () {
      const { keysPut, gap, handleEvent } = movieStage(...Array.from({ length: 5 }, () => unavailable), limitReached)
      const attempt = Effect.fnUntraced(function* (receive: number, minutes: number, roster = rosterCreatedAt) {
        yield* minutesAfterRoster(minutes)
        const { body } = movieMessage(1, receive, { rosterCreatedAt: roster })
        yield* handleEvent(sqsEvent(sqsRecord(body, { receiveCount: receive })))
        return keysPut().length
      })
      const laterRoster = "2026-11-21T16:00:00.000Z"
      assert.deepStrictEqual([yield* attempt(4, 20), yield* attempt(5, 90)], [1, 1])
      assert.strictEqual(yield* attempt(4, 620, laterRoster), 2)
      assert.strictEqual(yield* attempt(5, 690, laterRoster), 2)
      assert.strictEqual(yield* attempt(6, 900, laterRoster), 2)
      assert.strictEqual(yield* attempt(7, 1_000, laterRoster), 3)
      assert.deepInclude(gap(1), { reason: "QuotaExhausted", attempts: 7 })
      assert.strictEqual(yield* attempt(8, 2_000, laterRoster), 4)
      assert.notProperty(gap(1), "nextAttemptAt")
    })
  )
})
