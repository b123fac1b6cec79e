import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A real calendar day, `YYYY-MM-DD`. */
export const IsoDate = Schema.String.check(
  Schema.isPattern(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, { expected: "a date such as 2026-11-21" }),
  Schema.makeFilter(isRealDay, { expected: "a day of the calendar" })
)
export type IsoDate = typeof IsoDate.Type

// JavaScript reads 2026-02-30 as 2 March, so the day must come back as it went in.
function isRealDay(day: string): boolean {
  return Option.exists(DateTime.make(`${day}T00:00:00Z`), (instant) => DateTime.formatIsoDateUtc(instant) === day)
}
