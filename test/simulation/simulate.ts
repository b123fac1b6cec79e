import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import type { Declared } from "./declared.ts"
import { always, complete, redriven } from "./invariants.ts"
import { begin, Pipeline } from "./Pipeline.ts"
import { type Scenario, scenarios } from "./Scenario.ts"
import type { Stages } from "./stages.ts"

export interface Story {
  readonly scenario: Scenario
  /** What happened, a line each. */
  readonly history: ReadonlyArray<string>
  /** Which promises were broken, and how; none, if all is well. */
  readonly broken: ReadonlyArray<string>
  readonly invocations: number
}

const parts = [
  { part: "live", after: "in the end", holds: always },
  { part: "mend", after: "after the redrive", holds: { ...always, ...redriven } },
  { part: "runAgain", after: "after the day was run again", holds: { ...always, ...redriven, ...complete } }
] as const

/** Lives a scenario through and holds what comes of it against the promises, up to the first that is broken. */
export const simulate = (declared: Declared, scenario: Scenario, stages?: Stages): Effect.Effect<Story> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(begin)
    const pipeline = yield* Pipeline.deploy(declared, scenario, stages)
    let broken: ReadonlyArray<string> = []
    for (const { part, after, holds } of parts) {
      yield* pipeline[part]
      broken = Object.entries(holds).flatMap(([promise, invariant]) =>
        invariant(pipeline).map((what) => `${after}, not so: ${promise}. ${what}`)
      )
      if (broken.length > 0) break
    }
    return { scenario, history: pipeline.world.history, broken, invocations: pipeline.functions.invocations }
  }).pipe(Random.withSeed(scenario.seed), Effect.provide(TestClock.layer()), Effect.orDie)

/** The scenario of a seed. */
export const scenarioOf = (seed: number): Effect.Effect<Scenario> =>
  Arbitrary.sampleEffect(scenarios, { seed, size: 100, count: 1 }).pipe(
    Effect.map(([scenario]) => scenario),
    Effect.filterOrElse(
      (scenario) => scenario !== undefined,
      () => Effect.die("A seed gives one scenario.")
    ),
    Effect.orDie
  )
