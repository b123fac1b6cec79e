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
    ["Europe/London", "2026-03-29", "2026-10-25"],
    ["Europe/Berlin", "2026-03-29", "2026-10-25"],
    ["America/New_York", "2026-03-08", "2026-11-01"],
    ["Australia/Sydney", "2026-04-05", "2026-10-04"]
  ])(
    "gives each date to exactly one of the daily runs around both changes of the clocks in %s",
    (zoneId, ...changes) => {
      const zone = DateTime.zoneMakeNamedUnsafe(zoneId)
      for (const hour of [0, 6, 12, 23]) {
        for (const change of changes) {
          const days = Array.from({ length: 7 }, (_, index) => {
            const day = DateTime.add(DateTime.makeUnsafe(`${change}T00:00:00Z`), { days: index - 3 })
            return DateTime.formatIsoDateUtc(day)
          })
          const scheduledTimes = days.map((day) =>
            DateTime.toUtc(
              DateTime.makeZonedUnsafe(`${day}T${`${hour}`.padStart(2, "0")}:30:00`, {
                timeZone: zone,
                adjustForTimeZone: true
              })
            )
          )
          assert.deepStrictEqual<ReadonlyArray<string>>(
            scheduledTimes.map((time) => runDateOf(time, zone)),
            days
          )
        }
      }
    }
  )

  it("takes the date in the zone, where it is not the date in UTC", () => {
    const scheduledTime = DateTime.makeUnsafe("2026-11-21T23:30:00Z")
    assert.strictEqual(runDateOf(scheduledTime, DateTime.zoneMakeNamedUnsafe("Europe/Berlin")), "2026-11-22")
  })
})
