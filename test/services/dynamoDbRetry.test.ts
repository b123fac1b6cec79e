import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { retryTransientErrors } from "../../services/dynamoDbRetry.ts"
import { runToEnd } from "../support/runEffects.ts"

/** The times of all attempts, in milliseconds, of a call that fails with the error each time. */
const attempts = (error: unknown) =>
  Effect.gen(function* () {
    const times: Array<number> = []
    const attempt = Effect.flatMap(Clock.currentTimeMillis, (now) => {
      times.push(now)
      return Effect.fail(error)
    })
    yield* runToEnd(Effect.ignore(Effect.retry(attempt, retryTransientErrors)), "50 millis")
    return times
  })

describe("retryTransientErrors", () => {
  it.effect.each([
    ["status 500", { $metadata: { httpStatusCode: 500 } }],
    ["no status", { $metadata: {} }],
    ["no response", new Error("socket hang up")]
  ] as const)("makes ten attempts within about 12 seconds with %s", ([, error]) =>
    Effect.gen(function* () {
      const times = yield* attempts(error)
      assert.lengthOf(times, 10)
      assert.isAtLeast(times.at(-1) ?? 0, 0.8 * 12_150)
      // Test time passes in steps of 50 milliseconds.
      assert.isAtMost(times.at(-1) ?? 0, 1.2 * 12_150 + 10 * 50)
    })
  )

  it.effect("makes one attempt with status 400", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* attempts({ $metadata: { httpStatusCode: 400 } }), 1)
    })
  )
})
