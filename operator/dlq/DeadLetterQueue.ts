import * as Argument from "effect/cli/Argument"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { StackOutputs } from "../Stack.ts"
import { Stack } from "../Stack.ts"

/** As typed on the command line, in the order data flows. */
export const queueNames = ["daily", "failed-runs", "movies", "exports", "loads", "reports"] as const
export const DeadLetterQueueName = Schema.Literals(queueNames)
export type DeadLetterQueueName = typeof DeadLetterQueueName.Type

export interface DeadLetterQueue {
  readonly name: DeadLetterQueueName
  readonly url: string
  readonly holds: string
  /** The queue that a redrive sends to; absent where the messages are events of a function. */
  readonly source: string | undefined
}

export const deadLetterQueues = ({ queues, deadLetterQueues: dead }: StackOutputs): ReadonlyArray<DeadLetterQueue> => [
  { name: "daily", url: dead.daily, holds: "events that the schedule could not deliver", source: undefined },
  { name: "failed-runs", url: dead.failedRuns, holds: "events whose run failed three times", source: undefined },
  { name: "movies", url: dead.movies, holds: "movie messages and export requests", source: queues.movies },
  { name: "exports", url: dead.exports, holds: "export messages and export requests", source: queues.exports },
  { name: "loads", url: dead.loads, holds: "notifications of a new CSV", source: queues.loads },
  { name: "reports", url: dead.reports, holds: "notifications of a new manifest", source: queues.reports }
]

export const queueArgument = Argument.Literals("QUEUE", queueNames).pipe(
  Argument.withDescription(`One of ${queueNames.join(", ")}; default: all`),
  Argument.optional
)

export const selectQueues = (name: Option.Option<DeadLetterQueueName>) =>
  Effect.map(Stack, ({ outputs }) =>
    deadLetterQueues(outputs).filter((each) => Option.getOrElse(name, () => each.name) === each.name)
  )
