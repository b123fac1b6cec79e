import { assert, describe, it } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { Omdb } from "../../../services/omdb/Omdb.ts"
import { FakeMetrics } from "../../support/FakeMetrics.ts"
import { FakeSecrets } from "../../support/FakeSecrets.ts"
import { foundMovie, invalidKey, limitReached, noReply, type Reply, ScriptedOmdb } from "../../support/ScriptedOmdb.ts"
import { settings } from "../../support/settings.ts"

const details = Omdb.use((omdb) => omdb.details(ImdbId.make("tt0111161")))

const late =
  (reply: Reply): Reply =>
  (request, url) =>
    Effect.delay(reply(request, url), "250 millis")

/** What is told of asking about one movie, in test time; `stoppedAfter` cuts it off. */
const toldOf = (
  replies: ReadonlyArray<Reply>,
  {
    keys = ["canary"],
    stoppedAfter = "10 minutes"
  }: { keys?: ReadonlyArray<string>; stoppedAfter?: Duration.Input } = {}
) =>
  Effect.gen(function* () {
    const metrics = new FakeMetrics()
    const layer = Omdb.layerNoDeps.pipe(
      Layer.provide([new ScriptedOmdb(...replies).layer, new FakeSecrets(...keys).layer, metrics.layer, settings()])
    )
    const fiber = yield* Effect.forkChild(Effect.exit(details).pipe(Effect.provide(layer)))
    yield* TestClock.adjust(stoppedAfter)
    yield* Fiber.interrupt(fiber)
    return metrics.recorded
  })

describe("a call to OMDb", () => {
  it.effect("is counted with the time it took, and each one that is tried again by itself", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* toldOf([late(foundMovie())]), [["omdbCalled", 250]])
      const [first, second, ...more] = yield* toldOf([noReply, late(foundMovie())])
      assert.deepStrictEqual([first, second, more], [["omdbCalled", 8_000], ["omdbCalled", 250], []])
    })
  )

  it.effect("is counted when it is cut off, for it was made", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* toldOf([noReply], { stoppedAfter: "3 seconds" }), [["omdbCalled", 3_000]])
    })
  )

  it.effect("that meets the end of the quota says so; one that meets a rejected key does not", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* toldOf([limitReached]), [["omdbCalled", 0], ["omdbQuotaHit"]])
      assert.deepStrictEqual(yield* toldOf([invalidKey], { keys: ["canary", "fresh"] }), [
        ["omdbCalled", 0],
        ["omdbCalled", 0]
      ])
    })
  )
})
