import * as Schema from "effect/Schema"
import { RunDate } from "./RunDate.ts"

/**
 * The event of stage 1. The schedule sends `scheduledTime`. A manual event has `runDate`, which takes precedence, and
 * optionally `top` and `refresh`: true calls OMDb again for the movies that the run has enriched before.
 */
export const RunRequest = Schema.Struct({
  scheduledTime: Schema.optionalKey(Schema.DateTimeUtcFromString),
  runDate: Schema.optionalKey(RunDate),
  top: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))),
  refresh: Schema.optionalKey(Schema.Boolean)
})
export type RunRequest = typeof RunRequest.Type
