import type { StackOutputs } from "../stack/StackOutputs.ts"

/** The dead-letter queues as a person types them, in the order data flows. */
export const names = ["daily", "failed-runs", "movies", "exports", "loads"] as const
export type Name = (typeof names)[number]

export interface DeadLetterQueue {
  readonly name: Name
  readonly url: string
  readonly holds: string
  /** The queue that its messages go back to; absent where they are a function's events. */
  readonly source: string | undefined
}

export const deadLetterQueues = ({ queues, deadLetterQueues: dead }: StackOutputs): ReadonlyArray<DeadLetterQueue> => [
  { name: "daily", url: dead.daily, holds: "events that the schedule could not hand over", source: undefined },
  { name: "failed-runs", url: dead.failedRuns, holds: "events that stage 1 failed at three times", source: undefined },
  { name: "movies", url: dead.movies, holds: "movies that were not enriched", source: queues.movies },
  { name: "exports", url: dead.exports, holds: "messages that a movie is accounted for", source: queues.exports },
  { name: "loads", url: dead.loads, holds: "arrivals of a CSV", source: queues.loads }
]
