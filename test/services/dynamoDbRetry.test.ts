import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { retryTransientErrors } from "../../services/dynamoDbRetry.ts"
import { runToEnd } from "../support/runEffects.ts"

describe("retryTransientErrors", () => {
  it.effect("makes ten attempts within about 12 seconds", () =>
    Effect.gen(function* () {
      const times: Array<number> = []
      const attempt = Effect.flatMap(Clock.currentTimeMillis, (now) => {
        times.push(now)
        return Effect.fail({ $metadata: { httpStatusCode: 500 } })
      })
      yield* runToEnd(Effect.ignore(Effect.retry(attempt, retryTransientErrors)), "50 millis")
      assert.lengthOf(times, 10)
      assert.isAtLeast(times.at(-1) ?? 0, 0.8 * 12_000)
      assert.isAtMost(times.at(-1) ?? 0, 1.2 * 12_150 + 10 * 50)
    })
  )
})
