import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { buildMutant, mutatedSource } from "./buildMutant.ts"
import { readDeclaredStack } from "./declaredStack.ts"
import { type Mutant, mutants } from "./mutants.ts"
import { allInvariants, simulateScenario, simulateSeed } from "./simulate.ts"
import type { StageHandlers } from "./stages.ts"

const runSeed = Effect.fnUntraced(function* ({ scenario }: Mutant, seed: number, stages?: StageHandlers) {
  const declared = yield* Effect.promise(readDeclaredStack)
  if (scenario !== undefined) return yield* simulateScenario(declared, { ...scenario, seed }, stages)
  return (yield* simulateSeed({ seed, declared, maxShrinks: 0, ...(stages && { stages }) })).run
})

const oneToHundred = Array.from({ length: 100 }, (_, index) => index + 1)

/** The first seed, after the listed one, that violates the mutant's invariant. */
const detect = Effect.fnUntraced(function* (mutant: Mutant) {
  const stages = yield* Effect.promise(() => buildMutant(mutant))
  for (const seed of [mutant.seed, ...oneToHundred]) {
    const { violations } = yield* runSeed(mutant, seed, stages)
    if (violations.some(({ invariant }) => invariant === mutant.invariant)) return seed
  }
  return undefined
})

describe("mutants", () => {
  // In `npm test` those that the short scenario of seed 8 detects; `npm run mutants` detects all.
  const all = process.env["MUTANTS"] === "all"
  const detected = mutants.filter(({ seed, scenario }) => all || (seed === 8 && scenario === undefined))
  it.live.each(detected)("violates an invariant if the pipeline $fault", (mutant) =>
    Effect.gen(function* () {
      const seed = yield* detect(mutant)
      assert.isDefined(seed, `no seed up to 100 violates "${mutant.invariant}"`)
      assert.strictEqual(mutant.seed, seed, `list seed ${seed} in mutants.ts, then npm run docs`)
    })
  )

  it.live.each(mutants.filter(({ scenario }) => all && scenario !== undefined))(
    "violates no invariant in the scenario for a pipeline that $fault, without the mutant",
    (mutant) =>
      Effect.gen(function* () {
        for (const seed of oneToHundred.slice(0, 30)) {
          assert.deepStrictEqual((yield* runSeed(mutant, seed)).violations, [], `seed ${seed}`)
        }
      })
  )

  it.each(mutants)("replaces one text of $file, so that the pipeline $fault", async (mutant) => {
    await mutatedSource(mutant)
    assert.property(allInvariants, mutant.invariant)
  })

  it.each(["no such text", "results"])("rejects a text that does not occur once: %s", async (from) => {
    const mutant = mutants.find(({ file }) => file === "handlers/lambda/partialBatch.ts")
    assert.isDefined(mutant)
    const error = await buildMutant({ ...mutant, from }).catch((error: Error) => error.message)
    assert.match(String(error), /replaces a text that occurs \d+ times in handlers\/lambda\/partialBatch\.ts/)
  })
})
