import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { Functions, NotInvoked } from "../aws/Functions.ts"
import { Queues, type ReceivedMessage } from "../aws/Queues.ts"
import type { QueueUnusable } from "../aws/SqsCall.ts"
import { Stack } from "../Stack.ts"
import { type DeadLetterQueue, DeadLetterQueueName } from "./DeadLetterQueue.ts"
import { decodeFailureRecord, decodeUndeliveredEvent } from "./FailedEvent.ts"
import { handleMessages, LeftMessages } from "./handleMessages.ts"
import { type CheckedPayload, checkPayload } from "./payload.ts"

export const RedriveResult = Schema.Struct({
  queue: DeadLetterQueueName,
  redriven: Schema.Int,
  left: LeftMessages
})
export type RedriveResult = typeof RedriveResult.Type

/** Moves the messages of a dead-letter queue back to their source queue, or replays the events it holds. */
export const redrive = Effect.fnUntraced(function* (queue: DeadLetterQueue) {
  const { name, url, source } = queue
  if (source === undefined) return yield* oneByOne(queue)
  return yield* move(url, source).pipe(
    Effect.map((outcome): RedriveResult => ({ queue: name, ...outcome })),
    Effect.catchIf(
      ({ unsupported }) => unsupported,
      () => oneByOne(queue)
    )
  )
})

/** Redrives the messages with these ids. */
export const redriveMessages = (queue: DeadLetterQueue, messageIds: ReadonlyArray<string>) =>
  oneByOne(queue, messageIds)

/** Sends an edited payload in place of a message, and then deletes the message. */
export const redriveEdited = Effect.fnUntraced(function* (queue: DeadLetterQueue, messageId: string, payload: string) {
  return yield* oneByOne(queue, [messageId], yield* checkPayload(queue.name, payload))
})

const oneByOne = (queue: DeadLetterQueue, messageIds?: ReadonlyArray<string>, edited?: CheckedPayload) =>
  Effect.map(
    handleMessages(queue, (message) => retry(queue, message, edited), messageIds),
    ({ handled, left }): RedriveResult => ({ queue: queue.name, redriven: handled, left })
  )

const move = Effect.fnUntraced(function* (deadLetterQueue: string, source: string) {
  const queues = yield* Queues
  const from = yield* queues.attributes(deadLetterQueue)
  const to = yield* queues.attributes(source)
  yield* queues.startMove(from.arn, to.arn)
  const { moved, failure } = yield* queues
    .latestMove(from.arn)
    .pipe(Effect.repeat({ until: ({ isRunning }) => !isRunning, schedule: Schedule.spaced("1 second") }))
  return { redriven: moved, left: failure === undefined ? [] : [{ why: failure }] }
})

const retry = (
  { name, source }: DeadLetterQueue,
  message: ReceivedMessage,
  edited?: CheckedPayload
): Effect.Effect<void, QueueUnusable | NotInvoked, Queues | Functions | Stack> => {
  if (source === undefined) return replay(name, message, edited)
  const { text: body = message.body, groupId = message.groupId } = edited ?? {}
  return Queues.use(({ resend }) => resend(source, { ...message, body, groupId }, crypto.randomUUID()))
}

/** Invokes the function again with the event that the message holds, or with an edited one. */
const replay = Effect.fnUntraced(function* (
  queue: DeadLetterQueueName,
  message: ReceivedMessage,
  edited: CheckedPayload | undefined
) {
  const { outputs } = yield* Stack
  const failed = (queue === "daily" ? decodeUndeliveredEvent : decodeFailureRecord)(message)
  if (Option.isNone(failed)) return yield* new NotInvoked({ function: queue, detail: "its event cannot be read" })
  const { functionArn, event } = failed.value
  const name = /:function:([A-Za-z0-9_-]+)/.exec(functionArn)?.[1] ?? functionArn
  // A sender to the queue must not be able to choose which function an operator invokes.
  if (!Object.values(outputs.functions).includes(name)) {
    return yield* new NotInvoked({ function: functionArn, detail: "it is not a function of this stack" })
  }
  yield* Functions.use(({ invokeAsync }) => invokeAsync(name, edited?.text ?? JSON.stringify(event)))
})
