import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { Functions, NotInvoked } from "../aws/Functions.ts"
import { Queues, type ReceivedMessage } from "../aws/Queues.ts"
import { Stack } from "../Stack.ts"
import type { DeadLetterQueue, DeadLetterQueueName } from "./DeadLetterQueue.ts"
import { decodeFailureRecord, decodeUndeliveredEvent } from "./FailedEvent.ts"

export interface RedriveResult {
  readonly queue: DeadLetterQueueName
  readonly redriven: number
  readonly left: ReadonlyArray<{ readonly messageId?: string; readonly why: string }>
}

/** Moves the messages of a dead-letter queue back to their source queue, or replays the events it holds. */
export const redrive = Effect.fnUntraced(function* (queue: DeadLetterQueue) {
  const { name, url, source } = queue
  if (source === undefined) return yield* oneByOne(queue, replay(name))
  return yield* move(url, source).pipe(
    Effect.map((outcome): RedriveResult => ({ queue: name, ...outcome })),
    Effect.catchIf(
      ({ unsupported }) => unsupported,
      () => oneByOne(queue, resend(source))
    )
  )
})

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

const resend = (source: string) => (message: ReceivedMessage) =>
  Queues.use((queues) => queues.resend(source, message, crypto.randomUUID()))

/** Invokes the function again with the event that the message holds. */
const replay = (queue: DeadLetterQueueName) =>
  Effect.fnUntraced(function* (message: ReceivedMessage) {
    const { outputs } = yield* Stack
    const failed = (queue === "daily" ? decodeUndeliveredEvent : decodeFailureRecord)(message)
    if (Option.isNone(failed)) return yield* new NotInvoked({ function: queue, detail: "its event cannot be read" })
    const { functionArn, event } = failed.value
    const name = /:function:([A-Za-z0-9_-]+)/.exec(functionArn)?.[1] ?? functionArn
    // A sender to the queue must not be able to choose which function an operator invokes.
    if (!Object.values(outputs.functions).includes(name)) {
      return yield* new NotInvoked({ function: functionArn, detail: "it is not a function of this stack" })
    }
    yield* Functions.use(({ invokeAsync }) => invokeAsync(name, JSON.stringify(event)))
  })

/** Stops after as many messages as were visible at first: one that fails again comes back while this runs. */
const oneByOne = Effect.fnUntraced(function* <E extends Error, R>(
  { name, url }: DeadLetterQueue,
  retry: (message: ReceivedMessage) => Effect.Effect<void, E, R>
) {
  const queues = yield* Queues
  let { visible: remaining } = yield* queues.attributes(url)
  let redriven = 0
  const left: Array<{ readonly messageId: string; readonly why: string }> = []
  const failed: Array<ReceivedMessage> = []
  while (remaining > 0) {
    const received = yield* queues.receive(url, remaining)
    if (received.length === 0) break
    remaining -= received.length
    for (const message of received) {
      // Deleted only once it was accepted elsewhere; uninterruptible, so that it does not stay in both places.
      const result = yield* retry(message).pipe(
        Effect.andThen(queues.deleteMessage(url, message)),
        Effect.uninterruptible,
        Effect.result
      )
      if (Result.isSuccess(result)) redriven++
      else {
        left.push({ messageId: message.messageId, why: result.failure.message })
        failed.push(message)
      }
    }
  }
  yield* queues.release(url, failed)
  return { queue: name, redriven, left } satisfies RedriveResult
})
