import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { InvocationDeadline, remainingTime } from "../../services/InvocationDeadline.ts"

it.effect("has no end outside of an invocation", () =>
  Effect.gen(function* () {
    assert.isFalse(Duration.isFinite(yield* remainingTime))
  })
)

it.effect("comes nearer as time passes, and is never behind", () =>
  Effect.gen(function* () {
    yield* TestClock.adjust("4 seconds")
    assert.strictEqual(Duration.toSeconds(yield* remainingTime), 6)
    yield* TestClock.adjust("10 seconds")
    assert.strictEqual(Duration.toSeconds(yield* remainingTime), 0)
  }).pipe(Effect.provideService(InvocationDeadline, 10_000))
)
