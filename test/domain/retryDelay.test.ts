import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { retryDelay } from "../../domain/retryDelay.ts"

const receives = [1, 2, 3, 4, 5, 6, 7]
const minutesAfter = (reason: "passing" | "quota") =>
  receives.map((receive) => Duration.toMinutes(retryDelay(receive, reason)))

describe("waitAfter", () => {
  it("waits 1, 5, 15 and 60 minutes, then 4 hours and twice a little under 12 for what passes", () => {
    assert.deepStrictEqual(minutesAfter("passing"), [1, 5, 15, 60, 240, 705, 705])
  })

  it("waits no less than 4 hours for the quota", () => {
    assert.deepStrictEqual(minutesAfter("quota"), [240, 240, 240, 240, 240, 705, 705])
  })

  it("covers more than a day over its eight receives", () => {
    assert.isAbove(
      receives.reduce((hours, receive) => hours + Duration.toHours(retryDelay(receive, "passing")), 0),
      24
    )
  })

  it.effect.prop(
    "stays below the 12 hours that SQS counts from the receive, and never shortens as receives go on",
    [Schema.Int, Schema.Literals(["passing", "quota"])],
    ([receive, reason]) =>
      Effect.gen(function* () {
        const seconds = Duration.toSeconds(retryDelay(receive, reason))
        assert.isTrue(Number.isInteger(seconds))
        assert.isAtLeast(seconds, 60)
        assert.isAtMost(seconds, 43_200 - 600)
        assert.isAtLeast(Duration.toSeconds(retryDelay(receive + 1, reason)), seconds)
      })
  )
})
