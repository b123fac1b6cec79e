import * as Effect from "effect/Effect"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { type DeadLetter, readDeadLetters } from "./DeadLetter.ts"
import type { DeadLetterQueue } from "./DeadLetterQueue.ts"

/** The selected dead letters of one queue. */
export interface FoundDeadLetters {
  readonly queue: DeadLetterQueue
  readonly deadLetters: ReadonlyArray<DeadLetter>
}

/** The dead letters with these ids, or unique beginnings of them; by queue, without queues that have none of them. */
export const findDeadLetters = Effect.fnUntraced(function* (
  queues: ReadonlyArray<DeadLetterQueue>,
  ids: ReadonlyArray<string>
) {
  const contents = yield* Effect.forEach(
    queues,
    (queue) => Effect.map(readDeadLetters(queue), ({ deadLetters }): FoundDeadLetters => ({ queue, deadLetters })),
    { concurrency: "unbounded" }
  )
  const all = contents.flatMap(({ deadLetters }) => deadLetters)
  for (const id of ids) {
    const count = all.filter(({ messageId }) => messageId.startsWith(id)).length
    if (count === 1) continue
    const problem =
      count === 0
        ? `No dead letter that can be read now has an id that begins with "${id}": see dlq show.`
        : `${count} dead letters have an id that begins with "${id}": give more of it.`
    return yield* new CannotRun({ message: problem })
  }
  const isSelected = ({ messageId }: DeadLetter) => ids.some((id) => messageId.startsWith(id))
  return contents
    .map(({ queue, deadLetters }): FoundDeadLetters => ({ queue, deadLetters: deadLetters.filter(isSelected) }))
    .filter(({ deadLetters }) => deadLetters.length > 0)
})
