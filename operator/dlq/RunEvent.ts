import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { RunDate, runDateOf } from "../../domain/RunDate.ts"

/** What stage 1 is given, as far as it names the run: by the schedule's time or by hand. */
const RunEvent = Schema.Struct({
  scheduledTime: Schema.optionalKey(Schema.DateTimeUtcFromString),
  runDate: Schema.optionalKey(RunDate)
})

const decode = Schema.decodeUnknownOption(RunEvent)

/** The run that an event of stage 1 asks for. */
export const runOfEvent = (event: unknown): Option.Option<RunDate> =>
  Option.flatMapNullishOr(
    decode(event),
    ({ runDate, scheduledTime }) => runDate ?? (scheduledTime === undefined ? undefined : runDateOf(scheduledTime))
  )
