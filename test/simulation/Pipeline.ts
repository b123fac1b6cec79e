import * as Effect from "effect/Effect"
import type { ModelAccount } from "../model/ModelAccount.ts"
import { ModelOmdb } from "../model/ModelOmdb.ts"
import { Befalling } from "./Befalling.ts"
import { Dice } from "./Dice.ts"
import type { Declared } from "./declared.ts"
import { deploy, secretOf } from "./deploy.ts"
import { Events } from "./Events.ts"
import { Functions } from "./Functions.ts"
import { Operator, type Status } from "./Operator.ts"
import type { Deed, Scenario } from "./Scenario.ts"
import { firstRankOf, listOf, noList } from "./sourceList.ts"
import { stages as ours, type StageName, type Stages } from "./stages.ts"
import { Trigger } from "./Triggers.ts"
import { World } from "./World.ts"

const firstDay = "2026-11-21"
const day = 86_400_000
/** The first firing of the schedule. */
export const begin = Date.parse(`${firstDay}T06:00:00Z`)

/** Found nowhere but in OMDb, in the secret and in requests to OMDb. */
export const canaries = ["canary-key-one", "canary-key-two"] as const

/** The program as declared, deployed into a model of AWS, and all that befalls it in a scenario. */
export class Pipeline {
  readonly scenario: Scenario
  readonly declared: Declared
  readonly world: World
  readonly account: ModelAccount
  readonly omdb: ModelOmdb
  readonly functions: Functions
  readonly triggers: ReadonlyArray<Trigger>
  /** What the operator was told of each day, when last asked. */
  readonly status = new Map<string, Status>()
  private readonly dice: Dice
  private readonly befalling: Befalling
  private readonly events: Events
  private readonly operator: Operator
  /** The keys that the secret has held, since when. */
  readonly keysHeld: Array<{ readonly at: number; readonly key: string }> = []
  private list = listOf("as it was")

  static readonly deploy = (declared: Declared, scenario: Scenario, stages: Stages = ours) =>
    Effect.map(World.make, (world) => new Pipeline(declared, scenario, stages, world))

  private constructor(declared: Declared, scenario: Scenario, stages: Stages, world: World) {
    this.declared = declared
    this.scenario = scenario
    this.world = world
    const dice = new Dice(scenario.seed)
    const befalling = new Befalling(scenario, world, dice)
    const account = deploy(declared, befalling)
    const omdb = new ModelOmdb(befalling)
    this.omdb = omdb
    const functions = new Functions({ declared, account, omdb, stages, top: scenario.top, befalling, dice, world })
    this.dice = dice
    this.befalling = befalling
    this.account = account
    this.functions = functions
    this.events = new Events({ declared, account, functions, befalling, dice, world })
    this.operator = new Operator(account, declared.outputs)
    this.triggers = declared.mappings.map(
      ({ inputs: { eventSourceArn, functionName, batchSize, functionResponseTypes = [], scalingConfig } }) =>
        new Trigger(
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
      world.in(late ? dice.between(30_000, 600_000) : dice.between(50, 3_000), () => tell(world.now))
      if (befalling.happens("twice")) world.in(dice.between(50, 120_000), () => tell(world.now))
    }
    omdb.faultFor = (imdbId) => befalling.omdbFault(firstRankOf(imdbId))
    omdb.keys.add(canaries[0])
    this.putKey(canaries[0])
    this.putList(this.list)
  }

  get dates(): ReadonlyArray<string> {
    return Array.from({ length: this.scenario.days }, (_, each) => dateOf(each))
  }

  /** All that the scenario asks for and all that befalls it, to the end. */
  readonly live = Effect.suspend(() => {
    const { world } = this
    const { deeds, outages } = this.scenario
    this.dates.forEach((date, each) => {
      world.in(each * day, () => this.events.fire(`${date}T06:00:00Z`))
    })
    for (const { what, at } of deeds) world.in(at * 1000, () => this.does(what))
    for (const { what, from, lasts } of outages) {
      if (what !== "the source list is no list") continue
      world.in(from * 1000, () => this.putList(noList))
      world.in((from + lasts) * 1000, () => this.putList(this.list))
    }
    return this.untilQuiet
  })

  /** The causes are gone, and everything is redriven. */
  readonly mend = Effect.suspend(() => {
    this.world.tell("— all is in order from now on, and everything is redriven")
    this.befalling.end()
    this.putList(this.list)
    for (const key of canaries) this.omdb.keys.add(key)
    return Effect.andThen(this.operator.redriveAll, this.untilQuiet)
  })

  /** Every day is run again, as an operator does for what is left as a permanent gap. */
  readonly runAgain = Effect.suspend(() => {
    this.world.tell("— every day is run again")
    for (const runDate of this.dates) this.runByHand({ runDate, top: this.scenario.top + 1 })
    return this.untilQuiet
  })

  private readonly untilQuiet = Effect.gen({ self: this }, function* () {
    yield* this.world.untilQuiet
    for (const date of this.dates) this.status.set(date, yield* this.operator.status(date))
  })

  private putKey(key: string): void {
    this.account.putSecret(secretOf(this.declared), key)
    this.keysHeld.push({ at: this.world.now, key })
  }

  private putList(text: string): void {
    const { source } = this.declared
    this.account.buckets.get(source.bucket)?.put(this.world.now, source.key, text)
  }

  private runByHand(event: { readonly runDate: string; readonly top?: number }): void {
    this.events.invoke("GetMoviesAndSendToQueue", JSON.stringify(event))
  }

  private does(what: Deed["what"]): void {
    const { top } = this.scenario
    const deeds: Record<Deed["what"], () => void> = {
      "runs the first day again": () => this.runByHand({ runDate: firstDay }),
      "runs the first day again with fewer movies": () =>
        this.runByHand({ runDate: firstDay, top: Math.max(1, top - 2) }),
      "runs the first day again with more movies": () => this.runByHand({ runDate: firstDay, top: top + 2 }),
      "changes the list": () => {
        this.list = listOf("changed")
        this.putList(this.list)
      },
      "rotates the key, the secret first": () => this.rotate("secret", "OMDb"),
      "rotates the key, OMDb first": () => this.rotate("OMDb", "secret"),
      "redrives everything": () => this.world.after(0, this.operator.redriveAll)
    }
    this.world.tell(`— somebody ${what}`)
    deeds[what]()
  }

  private rotate(...order: ReadonlyArray<"secret" | "OMDb">): void {
    order.forEach((where, nth) => {
      this.world.in(nth * this.dice.between(1_000, 900_000), () => {
        this.world.tell(`— the new key is known to ${where}`)
        if (where === "secret") this.putKey(canaries[1])
        else {
          this.omdb.keys.clear()
          this.omdb.keys.add(canaries[1])
        }
      })
    })
  }
}

const dateOf = (each: number): string => new Date(begin + each * day).toISOString().slice(0, 10)
