import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type DeadLetterQueue, DeadLetterQueueName } from "./DeadLetterQueue.ts"
import { handleMessages, LeftMessages } from "./handleMessages.ts"

export const DeletionResult = Schema.Struct({ queue: DeadLetterQueueName, deleted: Schema.Int, left: LeftMessages })
export type DeletionResult = typeof DeletionResult.Type

/**
 * Deletes the messages with these ids, or all that are visible. Not with SQS's PurgeQueue, which also deletes what arrives
 * within a minute.
 */
export const deleteMessages = (queue: DeadLetterQueue, messageIds?: ReadonlyArray<string>) =>
  Effect.map(
    handleMessages(queue, () => Effect.void, messageIds),
    ({ handled, left }): DeletionResult => ({ queue: queue.name, deleted: handled, left })
  )
