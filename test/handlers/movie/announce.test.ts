import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { runDate } from "../../support/exampleRun.ts"
import { failed } from "../../support/sqsEvents.ts"
import { exportRequest, movieStage } from "../stages.ts"

describe("EnrichAndStoreMovie of an export request", () => {
  const request = { body: JSON.stringify(exportRequest), receiveCount: 1 }

  it.effect("sends it to the exports queue, once for all requests of four minutes", () =>
    Effect.gen(function* () {
      const { handle, exports, exported, omdb } = movieStage()
      for (const minutes of [4, 6, 7.9, 8]) {
        yield* TestClock.setTime(minutes * 60_000)
        assert.deepStrictEqual((yield* handle(request)).response, failed())
      }
      assert.deepStrictEqual([exported(), omdb.urls], [[exportRequest, exportRequest], []])
      assert.deepStrictEqual(
        exports.sent.map(({ groupId, deduplicationId }) => [groupId, deduplicationId]),
        [
          [runDate, `${runDate}-export-1`],
          [runDate, `${runDate}-export-2`]
        ]
      )
    })
  )

  it.effect("fails the record when it cannot be sent", () =>
    Effect.gen(function* () {
      const { faults, handle } = movieStage()
      faults.fail("SendMessageBatch")
      const { response, entries } = yield* handle(request)
      assert.deepStrictEqual(response, failed("movies-1"))
      assert.deepInclude(entries[0], { reason: "MessagesUnsent", runDate })
    })
  )
})
