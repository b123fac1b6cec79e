import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import type { Declared } from "./declared.ts"
import { type Scenario, scenarios } from "./Scenario.ts"
import { type Broken, type Story, simulate } from "./simulate.ts"
import type { Stages } from "./stages.ts"

export interface Verdict {
  readonly seed: number
  readonly story: Story
  /** Of a story that broke a promise, the least that breaks the same, and in how many steps it was found. */
  readonly least?: { readonly story: Story; readonly steps: number }
}

interface Trial {
  readonly seed: number
  readonly declared: Declared
  readonly stages?: Stages
  /** How many lesser stories are tried once a promise is broken: none, where only that matters. */
  readonly maxShrinks?: number
}

/** Lives the scenario of a seed through and, where it breaks a promise, looks for a lesser one that breaks it too. */
export const trial = Effect.fnUntraced(function* ({ seed, declared, stages, maxShrinks = 300 }: Trial) {
  const stories = new Map<Scenario, Story>()
  let first: Broken | undefined
  const isKept = Effect.fnUntraced(function* (scenario: Scenario) {
    const story = yield* simulate(declared, scenario, stages)
    stories.set(scenario, story)
    first ??= story.broken[0]
    return !story.broken.some(({ promise }) => promise === first?.promise)
  })
  const result = yield* Arbitrary.checkEffect(scenarios, isKept, { seed, runs: 1, size: 100, maxShrinks })
  const [story] = stories.values()
  if (story === undefined) return yield* Effect.die(`The seed ${seed} gave no scenario.`)
  const least = result._tag === "Falsified" ? stories.get(result.shrunkInput) : undefined
  const verdict: Verdict =
    result._tag === "Falsified" && least !== undefined
      ? { seed, story, least: { story: least, steps: result.shrinks } }
      : { seed, story }
  return verdict
})
