import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Functions, NotInvoked } from "../aws/Functions.ts"
import type { Held } from "../aws/Queues.ts"
import { Stack } from "../stack/Stack.ts"
import type { Name } from "./DeadLetterQueue.ts"
import { decodeFailureRecord } from "./FailureRecord.ts"

interface Kept {
  /** ARN, perhaps with a version behind it. */
  readonly functionArn: string
  readonly event: unknown
}

const ofFailedRun = ({ body }: Held): Option.Option<Kept> =>
  Option.map(decodeFailureRecord(body), ({ requestContext, requestPayload }) => ({
    functionArn: requestContext.functionArn,
    event: requestPayload
  }))

const ofSchedule = ({ body, attributes }: Held): Option.Option<Kept> =>
  Option.map(decodeJson(body), (event) => ({ functionArn: attributes["TARGET_ARN"]?.StringValue ?? "", event }))

/** Invokes the function again with the event that is kept in the dead letter, as the schedule did. */
export const invokeAgain = Effect.fnUntraced(function* (queue: Name, held: Held) {
  const { outputs } = yield* Stack
  const kept = queue === "daily" ? ofSchedule(held) : ofFailedRun(held)
  if (Option.isNone(kept)) return yield* new NotInvoked({ function: queue, detail: "its event cannot be read" })
  const { functionArn, event } = kept.value
  const name = /:function:([A-Za-z0-9_-]+)/.exec(functionArn)?.[1] ?? functionArn
  // Whoever can write to the queue must not choose what an operator runs.
  if (!outputs.functions.includes(name)) {
    return yield* new NotInvoked({ function: functionArn, detail: "it is not of this stack" })
  }
  yield* Functions.use(({ invokeAsync }) => invokeAsync(name, JSON.stringify(event)))
})

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
