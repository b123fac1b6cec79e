import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { pluralize } from "../../cli/output.ts"
import { Queues } from "../aws/Queues.ts"
import { type DeadLetterQueue, type DeadLetterQueueName, selectQueues } from "./DeadLetterQueue.ts"
import { findDeadLetters } from "./findDeadLetters.ts"
import type { LeftMessages } from "./handleMessages.ts"

/** What a command works on in one queue. */
interface Selection {
  readonly queue: DeadLetterQueue
  /** For a prompt, such as `2 of movies`. */
  readonly text: string
  /** Absent for all messages. */
  readonly messageIds?: ReadonlyArray<string>
}

/** The messages that QUEUE and --id select, of queues that have any, and the number of messages that are in flight. */
export const selectMessages = Effect.fnUntraced(function* (
  name: Option.Option<DeadLetterQueueName>,
  ids: ReadonlyArray<string>
) {
  const queues = yield* selectQueues(name)
  if (ids.length > 0) {
    const found = yield* findDeadLetters(queues, ids)
    const selections = found.map(
      ({ queue, deadLetters }): Selection => ({
        queue,
        text: `${deadLetters.length} of ${queue.name}`,
        messageIds: deadLetters.map(({ messageId }) => messageId)
      })
    )
    return { selections, hidden: 0, deadLetters: found.flatMap(({ deadLetters }) => deadLetters) }
  }
  const { attributes } = yield* Queues
  const depths = yield* Effect.forEach(
    queues,
    (queue) => Effect.map(attributes(queue.url), ({ visible, hidden }) => ({ queue, visible, hidden })),
    { concurrency: "unbounded" }
  )
  const selections = depths
    .filter(({ visible }) => visible > 0)
    .map(({ queue, visible }): Selection => ({ queue, text: `${visible} of ${queue.name}` }))
  return { selections, hidden: depths.reduce((sum, each) => sum + each.hidden, 0), deadLetters: [] }
})

/** Reasons why messages stay in their queue, for a table. */
export const reasons = (left: LeftMessages): string => [...new Set(left.map(({ why }) => why))].join("\n")

export const inFlight = (hidden: number): ReadonlyArray<string> =>
  hidden === 0 ? [] : [`${pluralize(hidden, "message")} in flight: run the command again in 30 seconds.`]

export const needsOneId = (option: string) =>
  new CannotRun({ message: `${option} needs exactly one --id: see dlq show.` })
