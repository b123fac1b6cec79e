import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { RunDate } from "../../domain/RunDate.ts"
import type { Functions } from "../../operator/aws/Functions.ts"
import type { MoveTasks } from "../../operator/aws/MoveTasks.ts"
import type { Queues } from "../../operator/aws/Queues.ts"
import { deadLetterQueues } from "../../operator/dlq/DeadLetterQueue.ts"
import { redrive } from "../../operator/dlq/redrive.ts"
import { Stack } from "../../operator/stack/Stack.ts"
import { type MovieStatus, movieStatuses } from "../../operator/status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../../operator/status/RunEnd.ts"
import { readFacts } from "../../operator/status/RunFacts.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import type { S3 } from "../../services/S3.ts"
import { ModelAccount } from "../model/ModelAccount.ts"
import { ModelOmdb } from "../model/ModelOmdb.ts"
import { modelOperations, modelServices } from "../model/modelServices.ts"
import { sourceRow, sourceText } from "../support/sourceLists.ts"
import { Befalling } from "./Befalling.ts"
import { Dice } from "./Dice.ts"
import type { Declared } from "./declared.ts"
import { Events } from "./Events.ts"
import { Functions as Lambda } from "./Functions.ts"
import type { Deed, Scenario } from "./Scenario.ts"
import { stages as ours, type StageName, type Stages } from "./stages.ts"
import { Trigger } from "./Triggers.ts"
import { World } from "./World.ts"

export const firstDay = "2026-11-21"
const day = 86_400_000
/** The first firing of the schedule. */
export const begin = Date.parse(`${firstDay}T06:00:00Z`)

/** Found nowhere but in OMDb, in the secret and in requests to OMDb. */
export const canaries = ["canary-key-one", "canary-key-two"] as const

/** The program as declared, deployed into a model of AWS, with what befalls it. */
export class Pipeline {
  readonly scenario: Scenario
  readonly declared: Declared
  readonly world: World
  readonly account = new ModelAccount()
  readonly omdb = new ModelOmdb()
  readonly functions: Lambda
  readonly triggers: ReadonlyArray<Trigger>
  private readonly dice: Dice
  private readonly befalling: Befalling
  private readonly events: Events
  private readonly secret: string

  static readonly deploy = (declared: Declared, scenario: Scenario, stages: Stages = ours) =>
    Effect.map(World.make, (world) => new Pipeline(declared, scenario, stages, world))

  private constructor(declared: Declared, scenario: Scenario, stages: Stages, world: World) {
    this.declared = declared
    this.scenario = scenario
    this.world = world
    const dice = new Dice(scenario.seed)
    const { account, omdb } = this
    const befalling = new Befalling(scenario, world, dice)
    const functions = new Lambda({ declared, account, omdb, stages, top: scenario.top, befalling, dice, world })
    this.dice = dice
    this.befalling = befalling
    this.functions = functions
    this.events = new Events({ declared, account, functions, befalling, dice, world })
    this.secret = secretOf(declared)

    account.createBucket(declared.source.bucket)
    const bucket = account.createBucket(declared.outputs.moviesBucket)
    account.createTable(declared.outputs.moviesTable)
    createQueues(declared, account)
    for (const { inputs } of declared.notifications) {
      for (const { queueArn, filterPrefix, filterSuffix } of inputs.queues) {
        account.notify(bucket, filterPrefix, filterSuffix, account.queueAt(queueArn))
      }
    }
    account.whenTold = (_, tell) => {
      const tellIn = (milliseconds: number) =>
        world.after(
          milliseconds,
          Effect.sync(() => tell(world.now))
        )
      tellIn(befalling.happens("toldLate") ? dice.between(30_000, 600_000) : dice.between(50, 3_000))
      if (befalling.happens("twice")) tellIn(dice.between(50, 120_000))
    }
    account.onInvoke = (name, event) => this.events.invoke(name as StageName, event)
    this.triggers = declared.mappings.map(
      ({ inputs: { eventSourceArn, functionName, batchSize, scalingConfig } }) =>
        new Trigger(
          {
            queue: account.queueAt(eventSourceArn),
            stage: functionName as StageName,
            batchSize,
            maximumConcurrency: scalingConfig.maximumConcurrency
          },
          { functions, befalling, dice, world }
        )
    )
    omdb.keys.add(canaries[0])
    omdb.failing = (imdbId) => befalling.omdbFailing(rankOf(imdbId))
    account.putSecret(this.secret, canaries[0])
    this.putList(listOf("as it was"))
  }

  /** All that the scenario asks for and all that befalls it, to the end. */
  readonly live = Effect.gen({ self: this }, function* () {
    const { days, deeds, outages } = this.scenario
    for (let each = 0; each < days; each++) {
      this.world.after(
        each * day,
        this.sync(() => this.events.fire(`${dateOf(each)}T06:00:00Z`))
      )
    }
    for (const { what, at } of deeds) this.world.after(at * 1000, this.does(what))
    for (const { what, from, lasts } of outages) {
      if (what !== "the source list is no list") continue
      this.world.after(
        from * 1000,
        this.sync(() => this.putList('{"items":[],"errorMessage":"Server busy"}'))
      )
      this.world.after(
        (from + lasts) * 1000,
        this.sync(() => this.putList(this.list))
      )
    }
    yield* this.world.untilQuiet
  })

  /** The causes are gone, and everything is redriven. */
  readonly mend = Effect.gen({ self: this }, function* () {
    this.world.tell("— all is in order from now on, and everything is redriven")
    this.befalling.end()
    this.putList(this.list)
    for (const key of canaries) this.omdb.keys.add(key)
    yield* this.redriveAll
    yield* this.world.untilQuiet
  })

  /** Every day is run again, as an operator does for what is left as a permanent gap. */
  readonly runAgain = Effect.gen({ self: this }, function* () {
    this.world.tell("— every day is run again")
    for (const runDate of this.dates) this.invokeFirst({ runDate, top: this.scenario.top })
    yield* this.world.untilQuiet
  })

  /** What `npm run etl -- status` says of each day. */
  readonly status = new Map<string, { readonly movies: ReadonlyArray<MovieStatus>; readonly end: RunEnd }>()

  /** The operator looks. */
  readonly look = Effect.gen({ self: this }, function* () {
    for (const date of this.dates) {
      const facts = yield* this.asOperator(readFacts(RunDate.make(date)))
      const movies = Option.match(facts.roster, { onNone: () => [], onSome: (roster) => movieStatuses(facts, roster) })
      this.status.set(date, { movies, end: runEnd(facts, movies) })
    }
  })

  get dates(): ReadonlyArray<string> {
    return Array.from({ length: this.scenario.days }, (_, each) => dateOf(each))
  }

  private list = listOf("as it was")

  private putList(text: string): void {
    const { source } = this.declared
    this.account.buckets.get(source.bucket)?.put(this.world.now, source.key, text)
  }

  private invokeFirst(event: object): void {
    this.events.invoke("GetMoviesAndSendToQueue", JSON.stringify(event))
  }

  private sync(work: () => void): Effect.Effect<void> {
    return Effect.sync(work)
  }

  private does(what: Deed["what"]): Effect.Effect<unknown> {
    const { top } = this.scenario
    const deeds: Record<Deed["what"], () => void> = {
      "runs the first day again": () => this.invokeFirst({ runDate: firstDay }),
      "runs the first day again with fewer movies": () =>
        this.invokeFirst({ runDate: firstDay, top: Math.max(1, top - 2) }),
      "runs the first day again with more movies": () => this.invokeFirst({ runDate: firstDay, top: top + 2 }),
      "changes the list": () => {
        this.list = listOf("changed")
        this.putList(this.list)
      },
      "rotates the key, the secret first": () => this.rotate("secret", "OMDb"),
      "rotates the key, OMDb first": () => this.rotate("OMDb", "secret"),
      "redrives everything": () => this.world.after(0, this.redriveAll)
    }
    return Effect.sync(() => {
      this.world.tell(`— somebody ${what}`)
      deeds[what]()
    })
  }

  private rotate(...order: ReadonlyArray<"secret" | "OMDb">): void {
    order.forEach((where, nth) => {
      this.world.after(
        nth * this.dice.between(1_000, 900_000),
        Effect.sync(() => {
          this.world.tell(`— the new key is known to ${where}`)
          if (where === "secret") this.account.putSecret(this.secret, canaries[1])
          else {
            this.omdb.keys.clear()
            this.omdb.keys.add(canaries[1])
          }
        })
      )
    })
  }

  private readonly redriveAll: Effect.Effect<void> = Effect.suspend(() =>
    this.asOperator(Effect.forEach(deadLetterQueues(this.declared.outputs), redrive, { discard: true }))
  )

  private asOperator<A, E>(
    work: Effect.Effect<A, E, S3 | DynamoDb | Queues | MoveTasks | Functions | Stack>
  ): Effect.Effect<A> {
    const { account, declared } = this
    const stack = Layer.succeed(Stack)({ name: "the model", flags: "", site: {}, outputs: declared.outputs })
    return work.pipe(
      Effect.provide(Layer.mergeAll(modelServices(account), modelOperations(account), stack)),
      Effect.orDie
    )
  }
}

const dateOf = (each: number): string => new Date(begin + each * day).toISOString().slice(0, 10)

/** Of a movie of the list as it was, its rank. */
const rankOf = (imdbId: string): number => Number(imdbId.slice(-3))

/** The list's length: two more than the greatest run asks for. */
const movies = 14

/** Changed, the second movie has left, another comes first, and all the others have another rank. */
const listOf = (which: "as it was" | "changed"): string => {
  const ranks = Array.from({ length: movies }, (_, index) => index + 1)
  if (which === "as it was") return sourceText(ranks.map((rank) => sourceRow(rank)))
  const rows = ranks.filter((rank) => rank !== 2).map((rank) => sourceRow(rank, { rank: String(movies + 2 - rank) }))
  return sourceText([...rows, sourceRow(501, { rank: "1" })])
}

const secretOf = ({ functions }: Declared): string =>
  functions.map(({ inputs }) => inputs.environment.variables["OMDB_API_KEY_SECRET"]).find((arn) => arn !== undefined) ??
  ""

/** The dead-letter queues first, for the others name them. */
const createQueues = ({ queues }: Declared, account: ModelAccount): void => {
  const inOrder = queues.toSorted(
    (one, other) => Number("redrivePolicy" in one.inputs) - Number("redrivePolicy" in other.inputs)
  )
  for (const { name, inputs } of inOrder) {
    const { redrivePolicy: policy, visibilityTimeoutSeconds = 30, messageRetentionSeconds } = inputs
    const settings = { name, visibilityTimeoutSeconds, retentionDays: messageRetentionSeconds / 86_400 }
    account.createQueue(
      policy === undefined
        ? settings
        : {
            ...settings,
            redrive: {
              deadLetters: account.queueAt(policy.deadLetterTargetArn),
              maxReceiveCount: policy.maxReceiveCount
            }
          }
    )
  }
}
