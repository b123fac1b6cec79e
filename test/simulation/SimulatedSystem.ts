import * as Effect from "effect/Effect"
import type { ModelAccount } from "../model/ModelAccount.ts"
import { ModelOmdb } from "../model/ModelOmdb.ts"
import { sourceRow, sourceText } from "../support/exampleRun.ts"
import { AsyncInvocations } from "./AsyncInvocations.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import { createAccount, secretId } from "./declaredStack.ts"
import { EventSourceMapping } from "./EventSourceMapping.ts"
import { FaultInjector } from "./FaultInjector.ts"
import { LambdaFunctions } from "./LambdaFunctions.ts"
import { Operator, type OperatorStatus } from "./Operator.ts"
import type { OperatorAction, Scenario } from "./Scenario.ts"
import { stageHandlers as ours, type StageHandlers, type StageName } from "./stages.ts"
import { SeededRandom, Timeline } from "./Timeline.ts"

/** The list's length: two more than the greatest run asks for. */
const movies = 14

/** What the source bucket holds. Changed, its second movie has left, another comes first, and the others' ranks are turned around. */
export const sourceListText = (which: "as it was" | "changed"): string => {
  const ranks = Array.from({ length: movies }, (_, index) => index + 1)
  if (which === "as it was") return sourceText(ranks.map((rank) => sourceRow(rank)))
  const rows = ranks.filter((rank) => rank !== 2).map((rank) => sourceRow(rank, { rank: String(movies + 2 - rank) }))
  return sourceText([...rows, sourceRow(501, { rank: "1" })])
}

/** What is there where the list's maker could not make one. */
export const invalidSourceList = '{"items":[],"errorMessage":"Server busy"}'

/** A movie's rank in the list as it was. */
export const originalRank = (imdbId: string): number => Number(imdbId.slice(-3))

const firstDay = "2026-11-21"
const day = 86_400_000
/** The first firing of the schedule. */
export const firstFiring = Date.parse(`${firstDay}T06:00:00Z`)

/** Found nowhere but in OMDb, in the secret and in requests to OMDb. */
export const apiKeys = ["canary-key-one", "canary-key-two"] as const

/** The program as declared, deployed into a model of AWS, and all that befalls it in a scenario. */
export class SimulatedSystem {
  readonly scenario: Scenario
  readonly declared: DeclaredStack
  readonly world: Timeline
  readonly account: ModelAccount
  readonly omdb: ModelOmdb
  readonly functions: LambdaFunctions
  readonly triggers: ReadonlyArray<EventSourceMapping>
  /** What the operator was told of each day, when last asked. */
  readonly status = new Map<string, OperatorStatus>()
  private readonly dice: SeededRandom
  private readonly befalling: FaultInjector
  private readonly events: AsyncInvocations
  private readonly operator: Operator
  /** The keys that the secret has held, since when. */
  readonly keysHeld: Array<{ readonly at: number; readonly key: string }> = []
  private list = sourceListText("as it was")

  static readonly deploy = (declared: DeclaredStack, scenario: Scenario, stages: StageHandlers = ours) =>
    Effect.map(Timeline.make, (world) => new SimulatedSystem(declared, scenario, stages, world))

  private constructor(declared: DeclaredStack, scenario: Scenario, stages: StageHandlers, world: Timeline) {
    this.declared = declared
    this.scenario = scenario
    this.world = world
    const dice = new SeededRandom(scenario.seed)
    const befalling = new FaultInjector(scenario, world, dice)
    const account = createAccount(declared, befalling)
    const omdb = new ModelOmdb(befalling)
    this.omdb = omdb
    const functions = new LambdaFunctions({
      declared,
      account,
      omdb,
      stages,
      top: scenario.top,
      befalling,
      dice,
      world
    })
    this.dice = dice
    this.befalling = befalling
    this.account = account
    this.functions = functions
    this.events = new AsyncInvocations({ declared, account, functions, befalling, dice, world })
    this.operator = new Operator(account, declared.outputs)
    this.triggers = declared.mappings.map(
      ({ inputs: { eventSourceArn, functionName, batchSize, functionResponseTypes = [], scalingConfig } }) =>
        new EventSourceMapping(
          {
            queue: account.findQueue(eventSourceArn),
            stage: functionName as StageName,
            batchSize,
            reportBatchItemFailures: functionResponseTypes.includes("ReportBatchItemFailures"),
            maximumConcurrency: scalingConfig.maximumConcurrency
          },
          { functions, befalling, dice, world }
        )
    )
    account.onInvoke = (name, event) => this.events.invoke(name as StageName, event)
    account.scheduleNotification = (_, tell) => {
      const late = befalling.happens("toldLate")
      world.schedule(late ? dice.between(30_000, 600_000) : dice.between(50, 3_000), () => tell(world.now))
      if (befalling.happens("twice")) world.schedule(dice.between(50, 120_000), () => tell(world.now))
    }
    omdb.faultFor = (imdbId) => befalling.omdbFault(originalRank(imdbId))
    omdb.keys.add(apiKeys[0])
    this.putKey(apiKeys[0])
    this.putList(this.list)
  }

  get dates(): ReadonlyArray<string> {
    return Array.from({ length: this.scenario.days }, (_, each) => dateOf(each))
  }

  /** All that the scenario asks for and all that befalls it, to the end. */
  readonly runScenario = Effect.suspend(() => {
    const { world } = this
    const { deeds, outages } = this.scenario
    this.dates.forEach((date, each) => {
      world.schedule(each * day, () => this.events.fire(`${date}T06:00:00Z`))
    })
    for (const { what, at } of deeds) world.schedule(at * 1000, () => this.does(what))
    for (const { what, from, lasts } of outages) {
      if (what !== "the source list is no list") continue
      world.schedule(from * 1000, () => this.putList(invalidSourceList))
      world.schedule((from + lasts) * 1000, () => this.putList(this.list))
    }
    return this.untilQuiet
  })

  /** The causes are gone, and everything is redriven. */
  readonly redriveAll = Effect.suspend(() => {
    this.world.record("— all is in order from now on, and everything is redriven")
    this.befalling.stop()
    this.putList(this.list)
    for (const key of apiKeys) this.omdb.keys.add(key)
    return Effect.andThen(this.operator.redriveAll, this.untilQuiet)
  })

  /** Every day is run again, as an operator does for what is left as a permanent gap. */
  readonly rerunEveryDay = Effect.suspend(() => {
    this.world.record("— every day is run again")
    for (const runDate of this.dates) this.runByHand({ runDate, top: this.scenario.top + 1 })
    return this.untilQuiet
  })

  private readonly untilQuiet = Effect.gen({ self: this }, function* () {
    yield* this.world.runUntilIdle
    for (const date of this.dates) this.status.set(date, yield* this.operator.status(date))
  })

  private putKey(key: string): void {
    this.account.putSecret(secretId(this.declared), key)
    this.keysHeld.push({ at: this.world.now, key })
  }

  private putList(text: string): void {
    const { source } = this.declared
    this.account.buckets.get(source.bucket)?.put(this.world.now, source.key, text)
  }

  private runByHand(event: { readonly runDate: string; readonly top?: number }): void {
    this.events.invoke("GetMoviesAndSendToQueue", JSON.stringify(event))
  }

  private does(what: OperatorAction["what"]): void {
    const { top } = this.scenario
    const deeds: Record<OperatorAction["what"], () => void> = {
      "runs the first day again": () => this.runByHand({ runDate: firstDay }),
      "runs the first day again with fewer movies": () =>
        this.runByHand({ runDate: firstDay, top: Math.max(1, top - 2) }),
      "runs the first day again with more movies": () => this.runByHand({ runDate: firstDay, top: top + 2 }),
      "changes the list": () => {
        this.list = sourceListText("changed")
        this.putList(this.list)
      },
      "rotates the key, the secret first": () => this.rotate("secret", "OMDb"),
      "rotates the key, OMDb first": () => this.rotate("OMDb", "secret"),
      "redrives everything": () => this.world.scheduleEffect(0, this.operator.redriveAll)
    }
    this.world.record(`— somebody ${what}`)
    deeds[what]()
  }

  private rotate(...order: ReadonlyArray<"secret" | "OMDb">): void {
    order.forEach((where, nth) => {
      this.world.schedule(nth * this.dice.between(1_000, 900_000), () => {
        this.world.record(`— the new key is known to ${where}`)
        if (where === "secret") this.putKey(apiKeys[1])
        else {
          this.omdb.keys.clear()
          this.omdb.keys.add(apiKeys[1])
        }
      })
    })
  }
}

const dateOf = (each: number): string => new Date(firstFiring + each * day).toISOString().slice(0, 10)
