import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** When the invocation must have answered, in milliseconds of Effect's clock; never, outside of one. */
export const InvocationDeadline = Context.Reference<number>("imdb-etl/services/InvocationDeadline", {
  defaultValue: () => Number.POSITIVE_INFINITY
})

/** What is left of the invocation; at least zero, infinite outside of one. */
export const remainingTime: Effect.Effect<Duration.Duration> = Effect.gen(function* () {
  const deadline = yield* InvocationDeadline
  const now = yield* Clock.currentTimeMillis
  return Duration.millis(Math.max(0, deadline - now))
})
