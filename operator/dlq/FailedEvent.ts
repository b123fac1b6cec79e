import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { RunDate, runDateOf } from "../../domain/RunDate.ts"
import type { ReceivedMessage } from "../aws/Queues.ts"

/** An event of a function that it failed on or never received, as a dead letter holds it. */
export interface FailedEvent {
  /** May end in a version. */
  readonly functionArn: string
  readonly event: unknown
  /** Absent where the message names none. */
  readonly cause: string | undefined
}

/**
 * The used part of what Lambda sends to the failure destination of an asynchronous invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const FailureRecord = Schema.Struct({
  requestContext: Schema.Struct({ functionArn: Schema.String, condition: Schema.String }),
  requestPayload: Schema.Unknown,
  /** Absent where the function was not invoked. */
  responsePayload: Schema.optionalKey(
    Schema.NullOr(
      Schema.Struct({ errorType: Schema.optionalKey(Schema.String), errorMessage: Schema.optionalKey(Schema.String) })
    )
  )
})

/** From the dead-letter queue of failed runs. */
export const decodeFailureRecord = ({ body }: ReceivedMessage): Option.Option<FailedEvent> =>
  Option.map(decodeRecord(body), ({ requestContext: { functionArn, condition }, requestPayload, responsePayload }) => {
    const cause = joined([responsePayload?.errorType, responsePayload?.errorMessage]) ?? condition
    return { functionArn, event: requestPayload, cause }
  })

/** From the schedule's dead-letter queue: the event is the body, the rest are message attributes. */
export const decodeUndeliveredEvent = ({ body, attributes }: ReceivedMessage): Option.Option<FailedEvent> =>
  Option.map(decodeJson(body), (event) => ({
    functionArn: attributes["TARGET_ARN"]?.StringValue ?? "",
    event,
    cause: joined([attributes["ERROR_CODE"]?.StringValue, attributes["ERROR_MESSAGE"]?.StringValue])
  }))

const joined = (parts: ReadonlyArray<string | undefined>): string | undefined => {
  const text = parts.filter((part) => part !== undefined).join(": ")
  return text === "" ? undefined : text
}

/** The run that an event of stage 1 starts: by hand, or by the schedule in its time zone. */
export const runDateOfEvent = (event: unknown, timeZone: string): Option.Option<RunDate> =>
  Option.flatMap(decodeRunEvent(event), ({ runDate, scheduledTime }) => {
    if (runDate !== undefined || scheduledTime === undefined) return Option.fromUndefinedOr(runDate)
    return Option.map(DateTime.zoneMakeNamed(timeZone), (zone) => runDateOf(scheduledTime, zone))
  })

const RunEvent = Schema.Struct({
  scheduledTime: Schema.optionalKey(Schema.DateTimeUtcFromString),
  runDate: Schema.optionalKey(RunDate)
})

const decodeRecord = Schema.decodeUnknownOption(Schema.fromJsonString(FailureRecord))
const decodeRunEvent = Schema.decodeUnknownOption(RunEvent)
const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
