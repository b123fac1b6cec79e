import * as Effect from "effect/Effect"
import type { SeededRandom } from "../../local/SeededRandom.ts"
import type { OmdbFault } from "../model/ModelOmdb.ts"
import { CallFailed, type ServiceCall, ServiceFaults } from "../model/ServiceFaults.ts"
import { type MovieFaultEffect, movieFaultEffect, type OutageName, outageEffect } from "./faults.ts"
import { CurrentInvocation } from "./LambdaFunctions.ts"
import { activeRates, type FaultRates, failingRank, noFaults, type Scenario } from "./Scenario.ts"
import type { Timeline } from "./Timeline.ts"

const writes: ReadonlySet<string> = new Set(["PutObject", "SendMessageBatch", "PutItem", "DeleteItem"])

/** An AWS client gives up after three attempts of six seconds. */
const clientTimeout = 18_000

/** Injects the faults of a scenario into the calls of the functions, until it is stopped. */
export class FaultInjector extends ServiceFaults {
  private readonly scenario: Scenario
  private readonly timeline: Timeline
  private readonly random: SeededRandom
  private stopped = false

  constructor(scenario: Scenario, timeline: Timeline, random: SeededRandom) {
    super()
    this.scenario = scenario
    this.timeline = timeline
    this.random = random
  }

  /** Injects no more faults from now on. */
  stop(): void {
    this.stopped = true
  }

  /** Whether the fault occurs this time. */
  occurs(fault: keyof FaultRates): boolean {
    const rates = this.stopped ? noFaults : activeRates(this.scenario)
    return this.random.chance(rates[fault])
  }

  isActive(fault: OutageName): boolean {
    return this.activeOutages().includes(fault)
  }

  private activeOutages(): ReadonlyArray<OutageName> {
    if (this.stopped) return []
    const { elapsedSeconds } = this.timeline
    return this.scenario.outages
      .filter(({ from, duration }) => elapsedSeconds >= from && elapsedSeconds < from + duration)
      .map(({ fault }) => fault)
  }

  /** What OMDb does instead of returning the movie, if anything. */
  omdbFault(imdbId: string): OmdbFault | undefined {
    const outage = this.activeOutages()
      .map((fault) => outageEffect(fault).omdb)
      .find((fault) => fault !== undefined)
    return outage ?? this.movieFault(imdbId).omdb
  }

  private movieFault(imdbId: string | undefined): MovieFaultEffect {
    const { movieFaults, top } = this.scenario
    // The last digits of an id are the movie's rank in the original list.
    const found = movieFaults.filter((each) => failingRank(top, each) === Number(imdbId?.slice(-3)))
    return this.stopped ? {} : Object.assign({}, ...found.map(({ fault }) => movieFaultEffect(fault)))
  }

  override storedBody = (body: string) =>
    Effect.map(CurrentInvocation, (invocation) => {
      if (invocation === undefined) return body
      const refuse = () => void invocation.failedCalls.push("an entry of SendMessageBatch")
      if (this.occurs("callRefused")) {
        invocation.disturbed = true
        return refuse()
      }
      const [, imdbId] = /"rosterCreatedAt".*"imdbId":"(tt\d+)"/.exec(body) ?? []
      const { message } = this.movieFault(imdbId)
      if (message === "refused") return refuse()
      return message === "truncated" ? body.slice(0, -2) : body
    })

  override indexLag = () => (this.stopped ? 0 : this.random.between(0, 3_000))

  override call = Effect.fnUntraced(function* <A>(
    this: FaultInjector,
    call: ServiceCall,
    perform: (now: number) => A
  ): Effect.fn.Return<A, CallFailed> {
    const invocation = yield* CurrentInvocation
    // The operator's own calls succeed: the scenario is about the handlers.
    if (invocation === undefined) return perform(this.timeline.now)
    const { random, timeline } = this
    const description = `${call.operation} ${call.resource}`
    const record = (event: string) => timeline.record(`${invocation.id} ${description}: ${event}`)
    const wait = Effect.fnUntraced(function* (milliseconds: number) {
      yield* Effect.sleep(milliseconds)
      if (!invocation.running) return yield* Effect.never
    })
    const kill = Effect.fnUntraced(function* (moment: "before" | "after") {
      record(`the function is killed ${moment} the call`)
      invocation.end("killed")
      return yield* Effect.never
    })
    const fail = (reason: string) => {
      record(reason)
      invocation.failedCalls.push(description)
      return new CallFailed({ detail: reason })
    }
    const refuse = (reason: string) => {
      if (call.service !== "omdb") invocation.disturbed = true
      return fail(reason)
    }

    const { read } = this.movieFault(call.operation === "GetObject" ? enrichedId(call.resource) : undefined)
    if (read === "killed") return yield* kill("before")

    yield* wait(random.between(1, 150))
    const outage = this.activeOutages().find((fault) => outageEffect(fault).rejects?.(call))
    if (outage !== undefined) return yield* refuse(outage)
    if (this.occurs("callRefused")) return yield* refuse("refused")
    const killed = this.occurs("functionKilled")
    if (killed) invocation.disturbed = true
    if (killed && random.chance(500)) return yield* kill("before")
    if (writes.has(call.operation) && this.occurs("lateWrite")) {
      timeline.schedule(random.between(100, 5_000), () => {
        record("takes effect late")
        perform(timeline.now)
      })
      return yield* refuse("refused, and takes effect later")
    }
    const isSlow = this.activeOutages().some((fault) => outageEffect(fault).slows === call.service)
    const delay = this.occurs("slowResponse") ? random.between(2_000, 40_000) : isSlow ? random.between(500, 10_000) : 0
    if (delay > 0 && call.service !== "omdb") invocation.hadSlowCall = invocation.disturbed = true
    yield* wait(delay / 2)
    const response = perform(timeline.now)
    if (read === "refused" && response !== undefined) return yield* fail("the object cannot be read")
    if (call.operation === "PutObject") timeline.record(`${invocation.id} puts ${call.resource}`)
    if (killed) return yield* kill("after")
    if (call.service !== "omdb" && delay > clientTimeout) return yield* refuse("takes effect, and the client times out")
    if (this.occurs("responseLost")) return yield* refuse("takes effect, and the response is lost")
    yield* wait(delay / 2 + random.between(1, 150))
    return response
  })
}

const enrichedId = (key: string): string | undefined => /^enriched\/.*\/(tt\d+)\.json$/.exec(key)?.[1]
