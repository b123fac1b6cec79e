import { assert, describe, it } from "@effect/vitest"
import { firingsPerMonth, scheduleWords } from "../../plan/schedule.ts"

describe("a schedule", () => {
  it.each([
    ["cron(0 6 * * ? *)", 365 / 12],
    ["cron(0/15 * * * ? *)", (365 * 24 * 4) / 12],
    ["cron(0 6,18 * * ? *)", (365 * 2) / 12],
    ["cron(0 6 1 * ? *)", 1],
    ["cron(0 6 1 1,7 ? *)", 2 / 12],
    ["cron(0 6 ? * MON-FRI *)", 261 / 12],
    ["cron(0 6 ? * 2-6 *)", 261 / 12],
    ["cron(0 6 ? * 1 *)", 52 / 12],
    ["rate(12 hours)", (365 * 2) / 12],
    ["rate(1 day)", 365 / 12],
    ["at(2026-11-21T06:00:00)", 0]
  ])("%s fires %d times in a mean month", (expression, times) => {
    assert.closeTo(firingsPerMonth(expression) ?? Number.NaN, times, 1e-9)
  })

  it.each(["cron(0 6 L * ? *)", "cron(0 6 ? * 2#1 *)", "cron(0 6 * * ? 2030)", "cron(0 6 * *)", "nonsense"])(
    "%s is not counted, since it is not understood",
    (expression) => assert.isUndefined(firingsPerMonth(expression))
  )

  it("is put in words where it is once every day, and stays as it is where it is not", () => {
    assert.strictEqual(scheduleWords("cron(5 18 * * ? *)"), "every day at 18:05")
    assert.strictEqual(scheduleWords("cron(0 6 ? * MON *)"), "at cron(0 6 ? * MON *)")
    assert.strictEqual(scheduleWords("cron(0 6,7 * * ? *)"), "at cron(0 6,7 * * ? *)")
    assert.strictEqual(scheduleWords("rate(1 day)"), "at rate(1 day)")
  })
})
