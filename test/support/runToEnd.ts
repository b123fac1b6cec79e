import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

/** Runs an effect to its end. Test time passes, step by step, only while the effect waits. */
export const runToEnd = <A, E, R>(self: Effect.Effect<A, E, R>, step: Duration.Input = "1 second") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    for (let yields = 1; fiber.pollUnsafe() === undefined; yields++) {
      // An effect that has not ended after 100 yields waits for time.
      yield* yields % 100 === 0 ? TestClock.adjust(step) : Effect.yieldNow
    }
    return yield* Fiber.join(fiber)
  })
