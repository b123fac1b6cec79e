import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { retryDelay } from "../../domain/retryDelay.ts"

const receives = [1, 2, 3, 4, 5, 6, 7]
const minutesAfterEach = (cause: "transient" | "quota") =>
  receives.map((receive) => Duration.toMinutes(retryDelay(receive, cause)))

describe("retryDelay", () => {
  it("is 1, 5, 15 and 60 minutes, 4 hours, then twice 11 hours 45 minutes: more than a day in all", () => {
    assert.deepStrictEqual(minutesAfterEach("transient"), [1, 5, 15, 60, 240, 705, 705])
  })

  it("is at least 4 hours for the quota", () => {
    assert.deepStrictEqual(minutesAfterEach("quota"), [240, 240, 240, 240, 240, 705, 705])
  })

  it.effect.prop(
    "stays below the 12 hours that SQS counts from the receive, and never decreases with the receive count",
    [Schema.Int, Schema.Literals(["transient", "quota"])],
    ([receive, cause]) =>
      Effect.gen(function* () {
        const seconds = Duration.toSeconds(retryDelay(receive, cause))
        assert.isTrue(Number.isInteger(seconds))
        assert.isAtLeast(seconds, 60)
        assert.isAtMost(seconds, 43_200 - 600)
        assert.isAtLeast(Duration.toSeconds(retryDelay(receive + 1, cause)), seconds)
      })
  )
})
