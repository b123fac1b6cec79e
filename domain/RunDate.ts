import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { IsoDate } from "./Values.ts"

/** The name of a run: the UTC date it was scheduled for, `YYYY-MM-DD`. */
export const RunDate = IsoDate.pipe(Schema.brand("RunDate"))
export type RunDate = typeof RunDate.Type

export const runDateOf = (instant: DateTime.Utc): RunDate => RunDate.make(DateTime.formatIsoDateUtc(instant))
