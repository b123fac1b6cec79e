import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { IsoDate } from "./Values.ts"

/** The name of a run: the date that it was scheduled for, `YYYY-MM-DD`, in the time zone of the schedule. */
export const RunDate = IsoDate.pipe(Schema.brand("RunDate"))
export type RunDate = typeof RunDate.Type

export const runDateOf = (instant: DateTime.Utc, zone: DateTime.TimeZone): RunDate =>
  RunDate.make(DateTime.formatIsoDate(DateTime.setZone(instant, zone)))
