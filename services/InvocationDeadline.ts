import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** When the invocation must return, in milliseconds of Effect's clock. Infinity outside an invocation. */
export const InvocationDeadline = Context.Reference<number>("imdb-etl/services/InvocationDeadline", {
  defaultValue: () => Number.POSITIVE_INFINITY
})

/** The time until the deadline of the invocation, at least zero. Infinity outside an invocation. */
export const remainingTime: Effect.Effect<Duration.Duration> = Effect.gen(function* () {
  const deadline = yield* InvocationDeadline
  const now = yield* Clock.currentTimeMillis
  return Duration.millis(Math.max(0, deadline - now))
})
