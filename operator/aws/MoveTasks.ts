import { ListMessageMoveTasksCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeSqsCall, type QueueUnusable } from "./SqsCall.ts"

export interface MoveTask {
  readonly isRunning: boolean
  readonly moved: number
  /** Why it ended early; undefined while it runs and after it has completed. */
  readonly failure: string | undefined
}

/** SQS message move tasks: each message of a dead-letter queue becomes a new message on the destination. */
export class MoveTasks extends Context.Service<
  MoveTasks,
  {
    /** Takes queue ARNs. Fails with `unsupported` where SQS has no move tasks (the local cloud). */
    readonly start: (fromArn: string, toArn: string) => Effect.Effect<void, QueueUnusable>
    /** The status of the queue's latest task. */
    readonly latest: (fromArn: string) => Effect.Effect<MoveTask, QueueUnusable>
  }
>()("imdb-etl/operator/aws/MoveTasks") {
  static readonly layer = Layer.effect(
    MoveTasks,
    Effect.gen(function* () {
      const callSqs = yield* makeSqsCall
      return MoveTasks.of({
        start: Effect.fn("MoveTasks.start")((fromArn, toArn) => {
          const command = new StartMessageMoveTaskCommand({ SourceArn: fromArn, DestinationArn: toArn })
          return Effect.asVoid(callSqs(fromArn, (client, options) => client.send(command, options)))
        }),

        latest: Effect.fn("MoveTasks.latest")(function* (fromArn) {
          const command = new ListMessageMoveTasksCommand({ SourceArn: fromArn, MaxResults: 1 })
          const { Results: [task] = [] } = yield* callSqs(fromArn, (client, options) => client.send(command, options))
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
