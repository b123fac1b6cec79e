import { readFile } from "node:fs/promises"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { replaceSections, simulationSections } from "../../scripts/docSections.ts"
import { exampleReport } from "./buildMutant.ts"
import { type DeclaredStack, readDeclaredStack } from "./declaredStack.ts"
import { scenarioWithoutFaults } from "./mutants.ts"
import { formatReport } from "./report.ts"
import type { FaultRates } from "./Scenario.ts"
import { simulateScenario, simulateSeed } from "./simulate.ts"

let declared: DeclaredStack
beforeAll(async () => {
  declared = await readDeclaredStack()
})

/** A scenario with these fault rates and no other fault. */
const scenarioWith = (seed: number, faultRates: Partial<FaultRates> = {}) => ({
  ...scenarioWithoutFaults,
  seed,
  faultRates: { ...scenarioWithoutFaults.faultRates, ...faultRates }
})

describe("simulation", () => {
  const seeds = Array.from({ length: 25 }, (_, index) => index + 1)
  it.live.each(seeds)("violates no invariant with seed %d", (seed) =>
    Effect.gen(function* () {
      const result = yield* simulateSeed({ seed, declared })
      assert.isUndefined(result.smallest, `\n${formatReport(result)}\n`)
    })
  )

  it.live.each([1, 2, 3])("has the same history each time with seed %d", (seed) =>
    Effect.gen(function* () {
      const { run } = yield* simulateSeed({ seed, declared })
      assert.isAbove(run.history.length, 5)
      assert.deepStrictEqual((yield* simulateSeed({ seed, declared })).run, run)
    })
  )

  it.live("takes the visibility timeout from the declared queue", () =>
    Effect.gen(function* () {
      const withTimeout = (visibilityTimeoutSeconds: number): DeclaredStack => ({
        ...declared,
        queues: declared.queues.map((queue) =>
          queue.name === "movies" ? { ...queue, inputs: { ...queue.inputs, visibilityTimeoutSeconds } } : queue
        )
      })
      const secondReceive = (seed: number, visibilityTimeoutSeconds: number) =>
        Effect.map(
          simulateScenario(withTimeout(visibilityTimeoutSeconds), scenarioWith(seed, { acknowledgementLost: 120 })),
          ({ history }) => history.find((line) => /movies → .*\(2\)/.test(line))?.slice(6, 11)
        )
      for (let seed = 1; seed < 40; seed++) {
        const received = yield* secondReceive(seed, 360)
        if (received === undefined) continue
        return assert.deepStrictEqual([received, yield* secondReceive(seed, 1800)], ["06:06", "06:30"])
      }
      assert.fail("no acknowledgement of the movies queue was lost")
    })
  )

  it.live("loses movies where the mapping does not declare partial batch responses", () =>
    Effect.gen(function* () {
      const mappings = declared.mappings.map((mapping) => ({
        ...mapping,
        inputs: { ...mapping.inputs, functionResponseTypes: [] }
      }))
      const violated = new Set<string>()
      for (let seed = 1; seed <= 20 && violated.size === 0; seed++) {
        const { run } = yield* simulateSeed({ seed, declared: { ...declared, mappings }, maxShrinks: 0 })
        for (const { invariant } of run.violations) violated.add(invariant)
      }
      assert.include([...violated], "no movie is lost")
    })
  )

  it.live("invokes each function a few times where nothing fails", () =>
    Effect.gen(function* () {
      const { history, violations, invocations } = yield* simulateScenario(declared, scenarioWith(1))
      assert.deepStrictEqual(violations, [])
      assert.isBelow(invocations, 20)
      assert.isEmpty(history.filter((line) => /failed|refused|lost|twice/.test(line)))
    })
  )
})

describe("docs/simulation.md", () => {
  it.live("has the sections that npm run docs writes", () =>
    Effect.gen(function* () {
      const page = yield* Effect.promise(() => readFile(new URL("../../docs/simulation.md", import.meta.url), "utf8"))
      const sections = simulationSections(yield* exampleReport(declared))
      assert.strictEqual(page, replaceSections(page, sections))
    })
  )
})
