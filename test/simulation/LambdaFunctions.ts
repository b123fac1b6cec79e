import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import { variable } from "../../domain/variables.ts"
import { AwaitedMovies } from "../../handlers/export/awaitedMovie.ts"
import { jsonLine } from "../../handlers/lambda/logging.ts"
import type { SeededRandom } from "../../local/SeededRandom.ts"
import { Omdb } from "../../services/omdb/Omdb.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { type ModelAccount, modelSecrets, modelServices } from "../model/ModelAccount.ts"
import type { ModelOmdb } from "../model/ModelOmdb.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import type { FaultInjector } from "./FaultInjector.ts"
import type { StageHandlers, StageName, StageServices } from "./stages.ts"
import type { Timeline } from "./Timeline.ts"

/** What the parts of a simulated system share. */
export interface Simulation {
  readonly declared: DeclaredStack
  readonly account: ModelAccount
  readonly omdb: ModelOmdb
  readonly stages: StageHandlers
  /** How many movies the stack is configured for. */
  readonly top: number
  readonly faults: FaultInjector
  readonly random: SeededRandom
  readonly timeline: Timeline
}

/** One invocation of a function. After its end, its calls are not answered any more. */
class Invocation {
  readonly id: string
  /** Done with the reason when the invocation ends before the function returns. */
  readonly ended = Deferred.makeUnsafe<string>()
  running = true
  /** The calls that were answered with an error, by operation and resource. */
  readonly failedCalls: Array<string> = []
  /** A call of AWS took seconds: the invocation may have had too little time. */
  hadSlowCall = false
  /** See `isDisturbed`. */
  disturbed = false

  constructor(id: string) {
    this.id = id
  }

  end(reason: string): void {
    this.running = false
    Deferred.doneUnsafe(this.ended, Effect.succeed(reason))
  }
}

/** Undefined for the operator's calls. */
export const CurrentInvocation = Context.Reference<Invocation | undefined>("imdb-etl/test/simulation/Invocation", {
  defaultValue: () => undefined
})

export type InvocationResult = (
  | { readonly ok: true; readonly response: unknown }
  | { readonly ok: false; readonly error: Error }
) & {
  readonly invocation: string
  /** Whether faults may have kept the function from completing a message with this body. */
  readonly isExcused: (body: string) => boolean
  /** No call failed or was slow. */
  readonly hadNoFaults: boolean
  /** AWS failed: a call of it was refused or slow, or the function was killed at random. */
  readonly isDisturbed: boolean
}

/** Lambda's execution environments. Most are used again, with everything that their services cache. */
export class LambdaFunctions {
  /** What the functions logged, one JSON document a line. */
  readonly logs: Array<string> = []
  invocations = 0
  private readonly simulation: Simulation
  private readonly idleEnvironments = new Map<StageName, Array<Context.Context<StageServices>>>()

  constructor(simulation: Simulation) {
    this.simulation = simulation
  }

  readonly invoke = Effect.fnUntraced(function* (this: LambdaFunctions, stage: StageName, event: unknown) {
    const { declared, random, stages, timeline } = this.simulation
    const inputs = declared.functions.find(({ name }) => name === stage)?.inputs
    if (inputs === undefined) return yield* Effect.die(`The stack declares no function ${stage}.`)
    if (!(stage in stages.run)) return yield* Effect.die(`Add the handler of ${stage} to test/simulation/stages.ts.`)
    const invocation = new Invocation(`${stage}#${++this.invocations}`)
    const deadline = timeline.now + inputs.timeout * 1000
    const environment = yield* this.environment(stage, inputs.environment.variables)
    const context = {
      functionName: stage,
      awsRequestId: invocation.id,
      getRemainingTimeInMillis: () => deadline - timeline.now
    }
    const handler = yield* stages.run[stage](event, context).pipe(
      Effect.provideContext(environment),
      Effect.provideService(CurrentInvocation, invocation),
      Effect.provide(this.logging),
      Effect.forkDetach()
    )
    timeline.schedule(inputs.timeout * 1000, () => invocation.end("timed out"))
    const result = yield* Effect.raceFirst(
      Effect.map(Fiber.await(handler), resultOf),
      Effect.map(Deferred.await(invocation.ended), (reason) => ({ ok: false as const, error: new Error(reason) }))
    )
    const endedEarly = !invocation.running
    invocation.end("returned")
    if (endedEarly) handler.interruptUnsafe()
    else if (random.chance(900)) this.idle(stage).push(environment)
    timeline.record(`${invocation.id} ${result.ok ? "returned" : `failed: ${result.error.message}`}`)
    const { failedCalls, hadSlowCall } = invocation
    // Without a slow call of AWS, the timeout excuses nothing.
    const outOfTime = !result.ok || (hadSlowCall && timeline.now > deadline - timeReserve)
    return {
      ...result,
      invocation: invocation.id,
      isExcused: (body) => outOfTime || failedCalls.some((call) => mayAffect(call, body)),
      hadNoFaults: result.ok && !hadSlowCall && failedCalls.length === 0,
      isDisturbed: invocation.disturbed
    } satisfies InvocationResult
  })

  private readonly logging = Logger.layer([Logger.map(jsonLine, (line) => void this.logs.push(line))])

  private idle(stage: StageName) {
    const environments = this.idleEnvironments.get(stage) ?? []
    this.idleEnvironments.set(stage, environments)
    return environments
  }

  /** An idle execution environment, or a new one. It is never closed: Lambda freezes it and drops it later. */
  private readonly environment = Effect.fnUntraced(function* (
    this: LambdaFunctions,
    stage: StageName,
    variables: Readonly<Record<string, string>>
  ) {
    const idle = this.idle(stage).shift()
    if (idle !== undefined) return idle
    const { account, omdb, stages, top } = this.simulation
    const invocation = Effect.map(CurrentInvocation, (current) => current?.id ?? "")
    const services = modelServices(account)
    const omdbClient = stages.omdb.pipe(
      Layer.provide([modelSecrets(account, stages.secrets), omdb.layer(invocation), services])
    )
    const layer = Layer.mergeAll(
      Layer.provideMerge(Layer.merge(stages.store, ReportStore.layer), services),
      AwaitedMovies.layer,
      stage === "EnrichAndStoreMovie" ? omdbClient : noOmdb
    ).pipe(
      Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...variables, [variable.top]: `${top}` })))
    )
    return yield* Layer.buildWithScope(layer, Scope.makeUnsafe()).pipe(Effect.orDie)
  })
}

/** A put names its movie, so it affects that movie's message only; a SendMessageBatch may affect the whole batch. */
const mayAffect = (failedCall: string, body: string): boolean => {
  const [, imdbId] = /^PutObject .*\/(tt\d+)\.json$/.exec(failedCall) ?? []
  return imdbId === undefined ? /PutObject|SendMessageBatch/.test(failedCall) : body.includes(imdbId)
}

/** In milliseconds: a function returns so long before its timeout with what it has. */
const timeReserve = 5_000

const noOmdb = Layer.succeed(Omdb)({ details: () => Effect.die("This function does not call OMDb.") })

const resultOf = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isSuccess(exit)) return { ok: true as const, response: exit.value }
  const error = Exit.findErrorOption(exit)
  return {
    ok: false as const,
    error: error._tag === "Some" && error.value instanceof Error ? error.value : new Error("Defect")
  }
}
