import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { runDateOfCsvKey, runDateOfManifestKey } from "../../domain/keys.ts"
import { acceptedBySqs, ExportsQueueMessage, MoviesQueueMessage } from "../../domain/Messages.ts"
import { RunRequest } from "../../domain/RunRequest.ts"
import { objectCreatedRecords, S3Notification } from "../../domain/S3Notification.ts"
import type { ReceivedMessage } from "../aws/Queues.ts"
import type { DeadLetterQueueName } from "./DeadLetterQueue.ts"
import { decodeFailureRecord } from "./FailedEvent.ts"

export class PayloadInvalid extends Schema.TaggedError<PayloadInvalid>()("PayloadInvalid", {
  queue: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `The payload is not valid for ${this.queue}: ${this.reason}`
  }
}

/** What a redrive sends, as JSON on one line: the message's body, or the event of which Lambda keeps a failure record. */
export const payloadOf = (queue: DeadLetterQueueName, message: ReceivedMessage): string => {
  if (queue !== "failed-runs") return message.body
  return Option.match(decodeFailureRecord(message), {
    onNone: () => message.body,
    onSome: ({ event }) => JSON.stringify(event)
  })
}

/** A payload with line breaks and indentation for an editor; as it is where it is not JSON. */
export const formatPayload = (payload: string): string =>
  Option.match(Schema.decodeOption(Schema.fromJsonString(Schema.Unknown))(payload), {
    onNone: () => payload,
    onSome: (json) => `${acceptedBySqs(JSON.stringify(json, undefined, 2))}\n`
  })

export interface CheckedPayload {
  /** JSON on one line. */
  readonly text: string
  /** Of the exports queue: its message group. */
  readonly groupId?: string
}

/** Checks an edited payload as its stage will decode it, and refuses fields that the stage would ignore. */
export const checkPayload = Effect.fnUntraced(function* (queue: DeadLetterQueueName, payload: string) {
  const refused = (reason: string) => new PayloadInvalid({ queue, reason: inWords(reason) })
  const json = yield* decodeJson(payload).pipe(Effect.mapError(() => refused("it is not JSON")))
  const checked = yield* checks[queue](json).pipe(Effect.mapError(refused))
  return { text: acceptedBySqs(JSON.stringify(json)), ...checked } satisfies CheckedPayload
})

const inWords = (reason: string): string =>
  reason.replace(/\s+/g, " ").replace(/Expected no excess property at \["([^"]*)"\]/g, 'there is no field "$1"')

/** Fails with what is wrong. */
type Check = (json: unknown) => Effect.Effect<Omit<CheckedPayload, "text">, string>

const decoderOf = <A>(schema: Schema.ConstraintDecoder<A>, onExcessProperty: "error" | "ignore") => {
  const decode = Schema.decodeUnknownEffect(schema, { onExcessProperty })
  return (json: unknown) => Effect.mapError(decode(json), ({ message }) => message)
}
const decodeMoviesMessage = decoderOf(MoviesQueueMessage, "error")
const decodeExportsMessage = decoderOf(ExportsQueueMessage, "error")
const decodeRunRequest = decoderOf(RunRequest, "error")
/** S3 sends more fields than a stage reads. */
const decodeNotification = decoderOf(S3Notification, "ignore")

const checkNotification =
  (document: string, runDateOf: (key: string) => Option.Option<unknown>): Check =>
  (json) =>
    Effect.flatMap(decodeNotification(json), (notification) => {
      const other = objectCreatedRecords(notification).find(({ s3 }) => Option.isNone(runDateOf(s3.object.key)))
      return other === undefined
        ? Effect.succeed({})
        : Effect.fail(`${other.s3.object.key} is not the key of a ${document}`)
    })

const checkEvent: Check = (json) =>
  Effect.flatMap(decodeRunRequest(json), ({ runDate, scheduledTime }) =>
    runDate === undefined && scheduledTime === undefined
      ? Effect.fail("it has neither runDate nor scheduledTime")
      : Effect.succeed({})
  )

const checks: Readonly<Record<DeadLetterQueueName, Check>> = {
  daily: checkEvent,
  "failed-runs": checkEvent,
  movies: (json) => Effect.as(decodeMoviesMessage(json), {}),
  exports: (json) => Effect.map(decodeExportsMessage(json), ({ runDate }) => ({ groupId: runDate })),
  loads: checkNotification("CSV", runDateOfCsvKey),
  reports: checkNotification("manifest", runDateOfManifestKey)
}

const decodeJson = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Unknown))
