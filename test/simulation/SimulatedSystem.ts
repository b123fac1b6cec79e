import * as Effect from "effect/Effect"
import { SeededRandom } from "../../local/SeededRandom.ts"
import type { ModelAccount } from "../model/ModelAccount.ts"
import { ModelOmdb } from "../model/ModelOmdb.ts"
import { ranksUpTo, sourceRow, sourceText } from "../support/exampleRun.ts"
import { AsyncInvocations } from "./AsyncInvocations.ts"
import { createAccount, type DeclaredStack, secretId } from "./declaredStack.ts"
import { EventSourceMapping } from "./EventSourceMapping.ts"
import { FaultInjector } from "./FaultInjector.ts"
import { LambdaFunctions } from "./LambdaFunctions.ts"
import { type OperatorStatus, operatorCommands } from "./operatorCommands.ts"
import { type RunSnapshot, takeSnapshot } from "./RunSnapshot.ts"
import type { OperatorAction, Scenario } from "./Scenario.ts"
import { stages as realStages, type StageHandlers, type StageName } from "./stages.ts"
import { Timeline } from "./Timeline.ts"

const firstDay = "2026-11-21"
const olderDay = "2026-11-14"
const day = 86_400_000
/** The first firing of the schedule. */
export const firstFiring = Date.parse(`${firstDay}T06:00:00Z`)

/** Contained only in OMDb, in the secret and in requests to OMDb. */
export const apiKeys = ["canary-key-one", "canary-key-two"] as const

/** The declared stack on the model of AWS, with the faults and the operator of a scenario. */
export class SimulatedSystem {
  readonly scenario: Scenario
  readonly declared: DeclaredStack
  readonly timeline: Timeline
  readonly account: ModelAccount
  readonly omdb: ModelOmdb
  readonly functions: LambdaFunctions
  readonly mappings: ReadonlyArray<EventSourceMapping>
  /** The state of each run, and what the status command reports of it, when the system was last idle. */
  runs: ReadonlyArray<RunSnapshot> = []
  readonly status = new Map<string, OperatorStatus>()
  /** The values of the secret, with the time from which each is valid. */
  readonly secretValues: Array<{ readonly at: number; readonly key: string }> = []
  private readonly random: SeededRandom
  private readonly faults: FaultInjector
  private readonly invocations: AsyncInvocations
  private readonly operator: ReturnType<typeof operatorCommands>
  private readonly sourceLists: ReturnType<typeof sourceLists>
  private sourceList: string

  static readonly deploy = (declared: DeclaredStack, scenario: Scenario, stages: StageHandlers = realStages) =>
    Effect.map(Timeline.make, (timeline) => new SimulatedSystem(declared, scenario, stages, timeline))

  private constructor(declared: DeclaredStack, scenario: Scenario, stages: StageHandlers, timeline: Timeline) {
    this.declared = declared
    this.scenario = scenario
    this.timeline = timeline
    this.random = new SeededRandom(scenario.seed)
    this.faults = new FaultInjector(scenario, timeline, this.random)
    this.account = createAccount(declared, this.faults)
    this.omdb = new ModelOmdb(this.faults)
    const { account, faults, omdb, random } = this
    const simulation = { declared, account, omdb, stages, top: scenario.top, faults, random, timeline }
    this.functions = new LambdaFunctions(simulation)
    this.invocations = new AsyncInvocations(simulation, this.functions)
    this.mappings = declared.mappings.map(({ inputs }) => new EventSourceMapping(inputs, simulation, this.functions))
    this.operator = operatorCommands(account, declared.outputs)
    account.onInvoke = (name, event) => this.invocations.invoke(name as StageName, event)
    account.scheduleNotification = (_, deliver) => this.scheduleNotification(deliver)
    omdb.faultFor = (imdbId) => faults.omdbFault(imdbId)
    this.sourceLists = sourceLists(scenario)
    this.sourceList = this.sourceLists.original
    omdb.keys.add(apiKeys[0])
    this.putSecret(apiKeys[0])
    this.putSourceList(this.sourceList)
  }

  private get scheduledDates(): ReadonlyArray<string> {
    return Array.from({ length: this.scenario.days }, (_, index) =>
      new Date(firstFiring + index * day).toISOString().slice(0, 10)
    )
  }

  /** Of all runs. */
  get dates(): ReadonlyArray<string> {
    const hasOlderDay = this.scenario.actions.some(({ action }) => action === "runs an older day")
    return [...this.scheduledDates, ...(hasOlderDay ? [olderDay] : [])]
  }

  /** Every day's run, with the scenario's faults and actions. */
  readonly runScenario = Effect.suspend(() => {
    const { timeline } = this
    const { actions, outages } = this.scenario
    this.scheduledDates.forEach((date, index) => {
      timeline.schedule(index * day, () => this.invocations.fireSchedule(`${date}T06:00:00Z`))
    })
    for (const { action, at } of actions) timeline.schedule(at * 1000, () => this.perform(action))
    for (const { fault, from, duration } of outages) {
      if (fault !== "the source list has no movies") continue
      timeline.schedule(from * 1000, () => this.putSourceList(this.sourceLists.invalid))
      timeline.schedule((from + duration) * 1000, () => this.putSourceList(this.sourceList))
    }
    return this.runUntilIdle
  })

  /** Stops all faults and redrives every dead letter. */
  readonly redriveAll = Effect.suspend(() => {
    this.timeline.record("— all faults end, and all dead letters are redriven")
    this.faults.stop()
    this.putSourceList(this.sourceList)
    for (const key of apiKeys) this.omdb.keys.add(key)
    return Effect.andThen(this.operator.redriveAll, this.runUntilIdle)
  })

  /** Runs every day again with one movie more, as an operator does to fill permanent gaps. */
  readonly rerunEveryDay = Effect.suspend(() => {
    this.timeline.record("— every day is run again")
    for (const runDate of this.dates) this.invokeByHand({ runDate, top: this.scenario.top + 1 })
    return this.runUntilIdle
  })

  private readonly runUntilIdle = Effect.gen({ self: this }, function* () {
    yield* this.timeline.runUntilIdle
    for (const date of this.dates) this.status.set(date, yield* this.operator.status(date))
    this.runs = this.dates.map((date) => takeSnapshot(this.account, this.declared, date))
  })

  private scheduleNotification(deliver: (now: number) => void): void {
    const { faults, random, timeline } = this
    const delay = faults.occurs("notificationLate") ? random.between(30_000, 600_000) : random.between(50, 3_000)
    timeline.schedule(delay, () => deliver(timeline.now))
    if (faults.occurs("deliveredTwice")) timeline.schedule(random.between(50, 120_000), () => deliver(timeline.now))
  }

  private putSecret(key: string): void {
    this.account.putSecret(secretId(this.declared), key)
    this.secretValues.push({ at: this.timeline.now, key })
  }

  private putSourceList(text: string): void {
    const { bucket, key } = this.declared.source
    this.account.buckets.get(bucket)?.put(this.timeline.now, key, text)
  }

  private invokeByHand(event: { readonly runDate: string; readonly top?: number; readonly refresh?: boolean }): void {
    this.invocations.invoke("GetMoviesAndSendToQueue", JSON.stringify(event))
  }

  private perform(action: OperatorAction["action"]): void {
    const { top } = this.scenario
    const actions: Record<OperatorAction["action"], () => void> = {
      "reruns the first day": () => this.invokeByHand({ runDate: firstDay }),
      "reruns the first day with fewer movies": () =>
        this.invokeByHand({ runDate: firstDay, top: Math.max(1, top - 2) }),
      "reruns the first day with more movies": () => this.invokeByHand({ runDate: firstDay, top: top + 2 }),
      "reruns the first day with refresh": () => this.invokeByHand({ runDate: firstDay, refresh: true }),
      "runs an older day": () => this.invokeByHand({ runDate: olderDay }),
      "changes the source list": () => {
        this.sourceList = this.sourceLists.changed
        this.putSourceList(this.sourceList)
      },
      "replaces the API key, first in the secret": () => this.replaceKey("the secret", "OMDb"),
      "replaces the API key, first at OMDb": () => this.replaceKey("OMDb", "the secret"),
      "redrives all dead letters": () => this.timeline.scheduleEffect(0, this.operator.redriveAll)
    }
    this.timeline.record(`— the operator ${action}`)
    actions[action]()
  }

  private replaceKey(...order: ReadonlyArray<"the secret" | "OMDb">): void {
    order.forEach((holder, index) => {
      this.timeline.schedule(index * this.random.between(1_000, 900_000), () => {
        this.timeline.record(`— ${holder} has the new API key`)
        if (holder === "the secret") this.putSecret(apiKeys[1])
        else {
          this.omdb.keys.clear()
          this.omdb.keys.add(apiKeys[1])
        }
      })
    })
  }
}

const sourceLists = ({ top }: Scenario) => {
  // Two more than the largest run has.
  const ranks = ranksUpTo(top + 2)
  return {
    original: sourceText(ranks.map((rank) => sourceRow(rank))),
    /** The second movie is gone, a new one is first, the order of the others is reversed, and they have other titles. */
    changed: sourceText([
      ...ranks
        .filter((rank) => rank !== 2)
        .map((rank) => sourceRow(rank, { rank: String(ranks.length + 2 - rank), title: `Renamed ${rank}` })),
      sourceRow(501, { rank: "1" })
    ]),
    /** As the list's author publishes it when its own source failed. */
    invalid: '{"items":[],"errorMessage":"Server busy"}'
  }
}
