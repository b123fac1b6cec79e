import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Queues, type ReceivedMessage } from "../aws/Queues.ts"
import type { DeadLetterQueue } from "./DeadLetterQueue.ts"

/** Messages that stay in their dead-letter queue, and why. */
export const LeftMessages = Schema.Array(
  Schema.Struct({ messageId: Schema.optionalKey(Schema.String), why: Schema.String })
)
export type LeftMessages = typeof LeftMessages.Type

/**
 * Handles the messages of a dead-letter queue one by one, or only those with the selected ids, and deletes each that was
 * handled. Stops after as many messages as were visible at first: one that fails again comes back while this runs.
 */
export const handleMessages = Effect.fnUntraced(function* <E extends Error, R>(
  { url }: DeadLetterQueue,
  handle: (message: ReceivedMessage) => Effect.Effect<void, E, R>,
  selected?: ReadonlyArray<string>
) {
  const queues = yield* Queues
  const missing = selected && new Set(selected)
  const kept: Array<ReceivedMessage> = []
  const left: Array<LeftMessages[number]> = []
  let handled = 0
  const handleOne = Effect.fnUntraced(function* (message: ReceivedMessage) {
    if (missing?.delete(message.messageId) === false) return void kept.push(message)
    // Deleted only once it was accepted elsewhere; uninterruptible, so that it does not stay in both places.
    const result = yield* handle(message).pipe(
      Effect.andThen(queues.deleteMessage(url, message)),
      Effect.uninterruptible,
      Effect.result
    )
    if (Result.isSuccess(result)) return void handled++
    left.push({ messageId: message.messageId, why: result.failure.message })
    kept.push(message)
  })
  yield* Effect.gen(function* () {
    let { visible: remaining } = yield* queues.attributes(url)
    while (remaining > 0 && missing?.size !== 0) {
      const received = yield* queues.receive(url, remaining)
      if (received.length === 0) return
      remaining -= received.length
      yield* Effect.forEach(received, handleOne, { discard: true })
    }
  }).pipe(Effect.ensuring(Effect.suspend(() => Effect.ignore(queues.release(url, kept)))))
  const notReceived = [...(missing ?? [])].map((messageId) => ({ messageId, why: notReceivable }))
  return { handled, left: [...left, ...notReceived] }
})

const notReceivable =
  "it is not among the messages that can be received now: it is in flight, behind another message of its run, or no longer in the queue"
