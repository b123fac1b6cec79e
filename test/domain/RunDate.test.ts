import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { RunDate, runDateOf } from "../../domain/RunDate.ts"

const isRunDate = Schema.is(RunDate)

describe("RunDate", () => {
  it.each(["2026-11-21", "2024-02-29", "2000-02-29", "2026-12-31"])("accepts %s", (day) => {
    assert.isTrue(isRunDate(day))
  })

  it.each([
    "2026-02-29",
    "1900-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "2026-11-21T00:00:00Z",
    ""
  ])("rejects %j, which is not a day of the calendar", (day) => {
    assert.isFalse(isRunDate(day))
  })
})

describe("runDateOf", () => {
  it.each([
    ["2026-11-21T23:59:59.999Z", "2026-11-21"],
    ["2026-11-22T00:30:00+02:00", "2026-11-21"]
  ])("returns the day in UTC of %s: %s", (instant, day) => {
    assert.strictEqual(runDateOf(DateTime.toUtc(DateTime.makeUnsafe(instant))), day)
  })
})
