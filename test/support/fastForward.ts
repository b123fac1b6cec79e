import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

/** Runs an effect to its end, letting test time pass quickly meanwhile: for waits of ours around real sockets. */
export const fastForward = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("500 millis")
      yield* TestClock.withLive(Effect.sleep("2 millis"))
    }
    return yield* Fiber.join(fiber)
  })
