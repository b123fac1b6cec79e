import { ListMessageMoveTasksCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { askSqs, type QueueUnusable } from "./askSqs.ts"

export interface MoveTask {
  readonly isRunning: boolean
  readonly moved: number
  /** Why it ended before its end. */
  readonly failure: string | undefined
}

/** SQS's own way to empty a dead-letter queue: every message becomes a new one on the queue it is moved to. */
export class MoveTasks extends Context.Service<
  MoveTasks,
  {
    /** Both queues by their ARNs. Fails with `unsupported` where SQS has no such tasks. */
    readonly start: (fromArn: string, toArn: string) => Effect.Effect<void, QueueUnusable>
    /** How the latest of the dead-letter queue stands. */
    readonly latest: (fromArn: string) => Effect.Effect<MoveTask, QueueUnusable>
  }
>()("imdb-etl/operator/aws/MoveTasks") {
  static readonly layer = Layer.effect(
    MoveTasks,
    Effect.gen(function* () {
      const ask = yield* askSqs
      return MoveTasks.of({
        start: Effect.fn("MoveTasks.start")((fromArn, toArn) => {
          const command = new StartMessageMoveTaskCommand({ SourceArn: fromArn, DestinationArn: toArn })
          return Effect.asVoid(ask(fromArn, (client, options) => client.send(command, options)))
        }),

        latest: Effect.fn("MoveTasks.latest")(function* (fromArn) {
          const command = new ListMessageMoveTasksCommand({ SourceArn: fromArn, MaxResults: 1 })
          const { Results: [task] = [] } = yield* ask(fromArn, (client, options) => client.send(command, options))
          const isRunning = task?.Status === "RUNNING"
          return {
            isRunning,
            moved: task?.ApproximateNumberOfMessagesMoved ?? 0,
            failure:
              isRunning || task?.Status === "COMPLETED" ? undefined : (task?.FailureReason ?? task?.Status ?? "no task")
          }
        })
      })
    })
  )
}
