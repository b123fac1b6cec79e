import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { InvocationDeadline, remainingTime } from "../../services/InvocationDeadline.ts"

describe("remainingTime", () => {
  it.effect("is infinite outside an invocation", () =>
    Effect.gen(function* () {
      assert.isFalse(Duration.isFinite(yield* remainingTime))
    })
  )

  it.effect("decreases as time passes, to zero and not below", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(Duration.toSeconds(yield* remainingTime), 6)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(Duration.toSeconds(yield* remainingTime), 0)
    }).pipe(Effect.provideService(InvocationDeadline, 10_000))
  )
})
