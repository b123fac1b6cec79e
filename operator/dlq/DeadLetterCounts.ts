import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Queues } from "../aws/Queues.ts"
import { Stack } from "../Stack.ts"
import { DeadLetterQueueName, deadLetterQueues } from "./DeadLetterQueue.ts"

const Depth = { visible: Schema.Int, hidden: Schema.Int }

/** Counts of a dead-letter queue and of its source queue, whose messages only its function may receive. */
export const DeadLetterCounts = Schema.Struct({
  name: DeadLetterQueueName,
  holds: Schema.String,
  ...Depth,
  /** Absent where the dead letters are events of a function. */
  source: Schema.optionalKey(Schema.Struct(Depth))
})
export type DeadLetterCounts = typeof DeadLetterCounts.Type

export const countDeadLetters = Effect.gen(function* () {
  const { outputs } = yield* Stack
  const { attributes } = yield* Queues
  const depthOf = (url: string) => Effect.map(attributes(url), ({ visible, hidden }) => ({ visible, hidden }))
  return yield* Effect.forEach(
    deadLetterQueues(outputs),
    Effect.fnUntraced(function* ({ name, holds, url, source }) {
      const depth = yield* depthOf(url)
      const counts: DeadLetterCounts = { name, holds, ...depth }
      return source === undefined ? counts : { ...counts, source: yield* depthOf(source) }
    }),
    { concurrency: "unbounded" }
  )
})
