import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { waitAfter } from "../../domain/waits.ts"

const receives = [1, 2, 3, 4, 5, 6, 7]
const minutesAfter = (reason: "passing" | "quota") =>
  receives.map((receive) => Duration.toMinutes(waitAfter(receive, reason)))

describe("waitAfter", () => {
  it("waits 1, 5, 15 and 60 minutes, then 4 hours and twice a little under 12 for what passes", () => {
    assert.deepStrictEqual(minutesAfter("passing"), [1, 5, 15, 60, 240, 705, 705])
  })

  it("waits no less than 4 hours for the quota", () => {
    assert.deepStrictEqual(minutesAfter("quota"), [240, 240, 240, 240, 240, 705, 705])
  })

  it("covers more than a day over its eight receives", () => {
    assert.isAbove(
      receives.reduce((hours, receive) => hours + Duration.toHours(waitAfter(receive, "passing")), 0),
      24
    )
  })

  it.effect.prop(
    "stays below the 12 hours that SQS counts from the receive, and never shortens as receives go on",
    [Schema.Int, Schema.Literals(["passing", "quota"])],
    ([receive, reason]) =>
      Effect.gen(function* () {
        const seconds = Duration.toSeconds(waitAfter(receive, reason))
        assert.isTrue(Number.isInteger(seconds))
        assert.isAtLeast(seconds, 60)
        assert.isAtMost(seconds, 43_200 - 600)
        assert.isAtLeast(Duration.toSeconds(waitAfter(receive + 1, reason)), seconds)
      })
  )
})
