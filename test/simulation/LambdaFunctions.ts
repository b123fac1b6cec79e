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
import { jsonLine } from "../../handlers/lambda/logging.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import type { Metrics } from "../../services/Metrics.ts"
import { Omdb } from "../../services/omdb/Omdb.ts"
import type { RunStore } from "../../services/RunStore.ts"
import type { S3 } from "../../services/S3.ts"
import type { Sqs } from "../../services/Sqs.ts"
import { type ModelAccount, modelSecrets, modelServices } from "../model/ModelAccount.ts"
import type { ModelOmdb } from "../model/ModelOmdb.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import type { FaultInjector } from "./FaultInjector.ts"
import type { StageHandlers, StageName } from "./stages.ts"
import type { SeededRandom, Timeline } from "./Timeline.ts"

/** An invocation of a function while it runs. Once it is over, whatever it still asks for is never answered. */
export class Invocation {
  readonly id: string
  readonly function: string
  /** Done when the function was ended from outside, with why. */
  readonly ended = Deferred.makeUnsafe<string>()
  alive = true
  /** The calls of its that were not answered as they should be, by their operation and resource. */
  readonly refused: Array<string> = []
  /** A call of AWS took seconds: its time may have been too short for all it should have done. */
  slowed = false

  constructor(id: string, name: string) {
    this.id = id
    this.function = name
  }

  end(why: string): void {
    this.alive = false
    Deferred.doneUnsafe(this.ended, Effect.succeed(why))
  }
}

/** Undefined for an operator, who calls from outside. */
export const CurrentInvocation = Context.Reference<Invocation | undefined>("imdb-etl/test/simulation/Invocation", {
  defaultValue: () => undefined
})

type Services = Context.Context<RunStore | S3 | Sqs | DynamoDb | Omdb | Metrics>

/** What came of an invocation. */
export type InvocationResult = (
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly error: Error }
) & {
  /** Its id. */
  readonly invocation: string
  /** Whether it could not do all it should have for a message of this body: it died, was out of time, or was refused. */
  readonly hindered: (body: string) => boolean
  /** Nothing that it asked for was refused or slow. */
  readonly wellServed: boolean
}

interface Surroundings {
  readonly declared: DeclaredStack
  readonly account: ModelAccount
  readonly omdb: ModelOmdb
  readonly stages: StageHandlers
  /** How many movies the stack is configured for. */
  readonly top: number
  readonly befalling: FaultInjector
  readonly dice: SeededRandom
  readonly world: Timeline
}

/** Lambda's execution environments: warm ones are used again, with all that their services remember. */
export class LambdaFunctions {
  /** What the functions logged, a line of JSON each. */
  readonly logs: Array<string> = []
  private readonly at: Surroundings
  private readonly warm = new Map<StageName, Array<Services>>()
  invocations = 0

  constructor(surroundings: Surroundings) {
    this.at = surroundings
  }

  readonly invoke = Effect.fnUntraced(function* (this: LambdaFunctions, stage: StageName, event: unknown) {
    const { declared, dice, stages, world } = this.at
    const inputs = declared.functions.find(({ name }) => name === stage)?.inputs
    if (inputs === undefined) return yield* Effect.die(`No function ${stage} is declared.`)
    const invocation = new Invocation(`${stage}#${++this.invocations}`, stage)
    const deadline = world.now + inputs.timeout * 1000
    const container = yield* this.container(stage, inputs.environment.variables)
    const context = {
      functionName: stage,
      awsRequestId: invocation.id,
      getRemainingTimeInMillis: () => deadline - world.now
    }
    const running = yield* stages.run[stage](event, context).pipe(
      Effect.provideContext(container),
      Effect.provideService(CurrentInvocation, invocation),
      Effect.provide(this.logging),
      Effect.forkDetach()
    )
    world.schedule(inputs.timeout * 1000, () => invocation.end("timed out"))
    const outcome = yield* Effect.raceFirst(
      Effect.map(Fiber.await(running), outcomeOf),
      Effect.map(Deferred.await(invocation.ended), (why) => ({ ok: false as const, error: new Error(why) }))
    )
    // What still runs is frozen, and never heard of again.
    const died = !invocation.alive
    invocation.end("is over")
    if (died) running.interruptUnsafe()
    else if (dice.chance(900)) this.warm.set(stage, [...(this.warm.get(stage) ?? []), container])
    world.record(`${invocation.id} ${outcome.ok ? "answered" : `failed: ${outcome.error.message}`}`)
    const { refused, slowed } = invocation
    // Where nothing of AWS was slow, to be out of time is no excuse.
    const stopped = !outcome.ok || (slowed && world.now > deadline - nearlyOver)
    return {
      ...outcome,
      invocation: invocation.id,
      hindered: (body) => stopped || refused.some((call) => holdsBack(call, body)),
      wellServed: outcome.ok && !slowed && refused.length === 0
    } satisfies InvocationResult
  })

  private readonly logging = Logger.layer([Logger.map(jsonLine, (line) => void this.logs.push(line))])

  private readonly container = Effect.fnUntraced(function* (
    this: LambdaFunctions,
    stage: StageName,
    environment: Readonly<Record<string, string>>
  ) {
    const { account, omdb, stages, top } = this.at
    const warm = this.warm.get(stage)?.shift()
    if (warm !== undefined) return warm
    const invocation = Effect.map(CurrentInvocation, (current) => current?.id ?? "nobody")
    const services = modelServices(account)
    const secrets = modelSecrets(account, stages.secrets)
    const asking = stages.omdb.pipe(Layer.provide([secrets, omdb.layer(invocation), services]))
    const layer = Layer.mergeAll(
      Layer.provideMerge(stages.store, services),
      // Only this one is told of a key.
      stage === "EnrichAndStoreMovie" ? asking : asksNobody
    ).pipe(
      Layer.provideMerge(
        ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...environment, [variable.top]: `${top}` }))
      )
    )
    // Lambda freezes a container and drops it some day; nobody closes it.
    return yield* Layer.buildWithScope(layer, Scope.makeUnsafe()).pipe(Effect.orDie)
  })
}

/** Of a refused put it is known which movie it was about, of a refused message only in which batch. */
const holdsBack = (call: string, body: string): boolean => {
  const [, imdbId] = /^PutObject .*\/(tt\d+)\.json$/.exec(call) ?? []
  return imdbId === undefined ? /PutObject|SendMessageBatch/.test(call) : body.includes(imdbId)
}

/** In milliseconds. A function answers a little before its timeout, with what it has. */
const nearlyOver = 5_000

const asksNobody = Layer.succeed(Omdb)({ details: () => Effect.die("This function does not ask OMDb.") })

const outcomeOf = (exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isSuccess(exit)) return { ok: true as const, answer: exit.value }
  const error = Exit.findErrorOption(exit)
  return {
    ok: false as const,
    error: error._tag === "Some" && error.value instanceof Error ? error.value : new Error("Defect")
  }
}
