import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import type { DeclaredStack } from "./declaredStack.ts"
import { historyInvariants, idleInvariants, redriveInvariants, rerunInvariants } from "./invariants.ts"
import { type Scenario, scenarios } from "./Scenario.ts"
import { firstFiring, SimulatedSystem } from "./SimulatedSystem.ts"
import type { StageHandlers } from "./stages.ts"

/** A promise that was not kept. */
export interface Violation {
  readonly when: "in the end" | "after the redrive" | "after every day was run again"
  readonly invariant: string
  readonly what: string
}

export interface SimulatedRun {
  readonly scenario: Scenario
  /** What happened, a line each. */
  readonly history: ReadonlyArray<string>
  /** None, if all is well. */
  readonly violations: ReadonlyArray<Violation>
  readonly invocations: number
}

const always = { ...historyInvariants, ...idleInvariants }

const parts = [
  { part: "runScenario", when: "in the end", promises: always },
  { part: "redriveAll", when: "after the redrive", promises: { ...always, ...redriveInvariants } },
  {
    part: "rerunEveryDay",
    when: "after every day was run again",
    promises: { ...always, ...redriveInvariants, ...rerunInvariants }
  }
] as const

/** Lives a scenario through, and holds what has come of it against the promises, up to where the first is broken. */
export const simulateScenario = (
  declared: DeclaredStack,
  scenario: Scenario,
  stages?: StageHandlers
): Effect.Effect<SimulatedRun> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(firstFiring)
    const pipeline = yield* SimulatedSystem.deploy(declared, scenario, stages)
    let broken: ReadonlyArray<Violation> = []
    for (const { part, when, promises } of parts) {
      yield* pipeline[part]
      broken = Object.entries(promises).flatMap(([promise, invariant]) =>
        invariant(pipeline).map((what) => ({ when, invariant: promise, what }))
      )
      if (broken.length > 0) break
    }
    return {
      scenario,
      history: pipeline.world.history,
      violations: broken,
      invocations: pipeline.functions.invocations
    }
  }).pipe(Random.withSeed(scenario.seed), Effect.provide(TestClock.layer()), Effect.orDie)

export interface SeedResult {
  readonly seed: number
  readonly run: SimulatedRun
  /** Of a story that broke a promise, the least that breaks the same, and in how many steps it was found. */
  readonly smallest?: { readonly story: SimulatedRun; readonly steps: number }
}

interface Trial {
  readonly seed: number
  readonly declared: DeclaredStack
  readonly stages?: StageHandlers
  /** How many lesser stories are tried once a promise is broken: none, where only that matters. */
  readonly maxShrinks?: number
}

/** Lives the scenario of a seed through and, where it breaks a promise, looks for a lesser one that breaks it too. */
export const simulateSeed = Effect.fnUntraced(function* ({ seed, declared, stages, maxShrinks = 300 }: Trial) {
  const stories = new Map<Scenario, SimulatedRun>()
  let first: Violation | undefined
  const isKept = Effect.fnUntraced(function* (scenario: Scenario) {
    const story = yield* simulateScenario(declared, scenario, stages)
    stories.set(scenario, story)
    first ??= story.violations[0]
    return !story.violations.some(({ invariant: promise }) => promise === first?.invariant)
  })
  const result = yield* Arbitrary.checkEffect(scenarios, isKept, { seed, runs: 1, size: 100, maxShrinks })
  const [story] = stories.values()
  if (story === undefined) return yield* Effect.die(`The seed ${seed} gave no scenario.`)
  const least = result._tag === "Falsified" ? stories.get(result.shrunkInput) : undefined
  const verdict: SeedResult =
    result._tag === "Falsified" && least !== undefined
      ? { seed, run: story, smallest: { story: least, steps: result.shrinks } }
      : { seed, run: story }
  return verdict
})
