import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { RunDate } from "../../domain/RunDate.ts"
import type { Functions } from "../../operator/aws/Functions.ts"
import type { MoveTasks } from "../../operator/aws/MoveTasks.ts"
import type { Queues } from "../../operator/aws/Queues.ts"
import { deadLetterQueues } from "../../operator/dlq/DeadLetterQueue.ts"
import { redrive } from "../../operator/dlq/redrive.ts"
import { Stack, type StackOutputs } from "../../operator/stack/Stack.ts"
import { type MovieStatus, movieStatuses } from "../../operator/status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../../operator/status/RunEnd.ts"
import { readRunFacts } from "../../operator/status/RunFacts.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import { RunStore } from "../../services/RunStore.ts"
import { type ModelAccount, modelServices } from "../model/ModelAccount.ts"
import { modelOperatorServices } from "../model/modelSqs.ts"

export interface OperatorStatus {
  readonly movies: ReadonlyArray<MovieStatus>
  readonly end: RunEnd
}

/** The operator's commands on the model's account, without their command line. */
export class Operator {
  private readonly account: ModelAccount
  private readonly outputs: StackOutputs

  constructor(account: ModelAccount, outputs: StackOutputs) {
    this.account = account
    this.outputs = outputs
  }

  /** `npm run etl -- status DATE`. */
  status(date: string): Effect.Effect<OperatorStatus> {
    return this.provide(
      Effect.map(readRunFacts(RunDate.make(date)), (facts) => {
        const movies = Option.match(facts.roster, {
          onNone: () => [],
          onSome: (roster) => movieStatuses(facts, roster)
        })
        return { movies, end: runEnd(facts, movies) }
      })
    )
  }

  /** `npm run etl -- dlq redrive --yes`. */
  readonly redriveAll: Effect.Effect<void> = Effect.suspend(() =>
    this.provide(Effect.forEach(deadLetterQueues(this.outputs), redrive, { discard: true }))
  )

  private provide<A, E>(
    command: Effect.Effect<A, E, RunStore | DynamoDb | Queues | MoveTasks | Functions | Stack>
  ): Effect.Effect<A> {
    const stack = Layer.succeed(Stack)({ name: "the model", flags: "", clientSettings: {}, outputs: this.outputs })
    const services = modelServices(this.account)
    const runStore = RunStore.layerFor(this.outputs.moviesBucket).pipe(Layer.provide(services))
    return command.pipe(
      Effect.provide(Layer.mergeAll(services, runStore, modelOperatorServices(this.account), stack)),
      Effect.orDie
    )
  }
}
