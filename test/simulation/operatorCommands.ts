import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { RunDate } from "../../domain/RunDate.ts"
import { deadLetterQueues } from "../../operator/dlq/DeadLetterQueue.ts"
import { redrive } from "../../operator/dlq/redrive.ts"
import { Stack, type StackOutputs } from "../../operator/Stack.ts"
import { type MovieStatus, movieStatuses } from "../../operator/status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../../operator/status/RunEnd.ts"
import { readRunFacts } from "../../operator/status/RunFacts.ts"
import { RunStore } from "../../services/RunStore.ts"
import { type ModelAccount, modelServices } from "../model/ModelAccount.ts"
import { modelOperatorServices } from "../model/modelSqs.ts"

export interface OperatorStatus {
  readonly movies: ReadonlyArray<MovieStatus>
  readonly end: RunEnd
}

/** The operator's commands on the model's account, without their command line. */
export const operatorCommands = (account: ModelAccount, outputs: StackOutputs) => {
  const services = modelServices(account)
  const layer = Layer.mergeAll(
    services,
    RunStore.layerFor(outputs.moviesBucket).pipe(Layer.provide(services)),
    modelOperatorServices(account),
    Layer.succeed(Stack)({ name: "the model", flags: "", clientSettings: {}, outputs })
  )
  const status = Effect.fnUntraced(function* (date: string) {
    const facts = yield* readRunFacts(RunDate.make(date))
    const movies = Option.match(facts.roster, {
      onNone: () => [],
      onSome: (roster) => movieStatuses(facts, roster)
    })
    return { movies, end: runEnd(facts, movies) } satisfies OperatorStatus
  })
  return {
    /** `npm run etl -- status DATE`. */
    status: (date: string) => status(date).pipe(Effect.provide(layer), Effect.orDie),
    /** `npm run etl -- dlq redrive --yes`. */
    redriveAll: Effect.forEach(deadLetterQueues(outputs), redrive, { discard: true }).pipe(
      Effect.provide(layer),
      Effect.orDie
    )
  }
}
