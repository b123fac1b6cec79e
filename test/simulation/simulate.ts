import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import type { Declared } from "./declared.ts"
import { complete, everything, quiet, redriven } from "./invariants.ts"
import { begin, Pipeline } from "./Pipeline.ts"
import type { Scenario } from "./Scenario.ts"
import type { Stages } from "./stages.ts"

/** A promise that was not kept. */
export interface Broken {
  readonly when: "in the end" | "after the redrive" | "after every day was run again"
  readonly promise: string
  readonly what: string
}

export interface Story {
  readonly scenario: Scenario
  /** What happened, a line each. */
  readonly history: ReadonlyArray<string>
  /** None, if all is well. */
  readonly broken: ReadonlyArray<Broken>
  readonly invocations: number
}

const always = { ...everything, ...quiet }

const parts = [
  { part: "live", when: "in the end", promises: always },
  { part: "mend", when: "after the redrive", promises: { ...always, ...redriven } },
  { part: "runAgain", when: "after every day was run again", promises: { ...always, ...redriven, ...complete } }
] as const

/** Lives a scenario through, and holds what has come of it against the promises, up to where the first is broken. */
export const simulate = (declared: Declared, scenario: Scenario, stages?: Stages): Effect.Effect<Story> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(begin)
    const pipeline = yield* Pipeline.deploy(declared, scenario, stages)
    let broken: ReadonlyArray<Broken> = []
    for (const { part, when, promises } of parts) {
      yield* pipeline[part]
      broken = Object.entries(promises).flatMap(([promise, invariant]) =>
        invariant(pipeline).map((what) => ({ when, promise, what }))
      )
      if (broken.length > 0) break
    }
    return { scenario, history: pipeline.world.history, broken, invocations: pipeline.functions.invocations }
  }).pipe(Random.withSeed(scenario.seed), Effect.provide(TestClock.layer()), Effect.orDie)
