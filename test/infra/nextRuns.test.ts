import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import { nextRuns } from "../../infra/nextRuns.ts"

const now = DateTime.makeUnsafe("2026-10-24T03:30:00Z")

it.each([
  // Berlin's clocks go back on 2026-10-25.
  ["cron(0 6 * * ? *)", ["2026-10-25T05:00", "2026-10-26T05:00"], "2026-10-24T04:00"],
  ["cron(0 6,18 ? * MON *)", ["2026-10-26T17:00", "2026-11-02T05:00"], "2026-10-26T05:00"],
  ["cron(0 6 29 2 ? *)", [], "2028-02-29T05:00"],
  ["at(2026-10-24T06:00:00)", [], "2026-10-24T04:00"]
])("finds the next three times of %s", (expression, later, first) => {
  const times = nextRuns(expression, DateTime.zoneMakeNamedUnsafe("Europe/Berlin"), now, 3)
  assert.deepStrictEqual(
    times.map((time) => DateTime.formatIso(time).slice(0, 16)),
    [first, ...later]
  )
})

it.each(["rate(12 hours)", "at(2026-10-24T05:00:00)"])("finds none of %s", (expression) => {
  assert.deepStrictEqual(nextRuns(expression, DateTime.zoneMakeNamedUnsafe("Europe/Berlin"), now, 3), [])
})
