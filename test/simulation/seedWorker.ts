import { parentPort, workerData } from "node:worker_threads"
import * as Effect from "effect/Effect"
import { buildMutant } from "./buildMutant.ts"
import type { DeclaredStack } from "./declaredStack.ts"
import type { Mutant } from "./mutants.ts"
import { simulateSeed } from "./simulate.ts"
import type { SituationCounts } from "./situations.ts"

export interface WorkerData {
  readonly declared: DeclaredStack
  readonly mutant: Mutant | undefined
}

export interface SeedOutcome {
  readonly seed: number
  readonly isViolated: boolean
  readonly invocations: number
  readonly situations: SituationCounts
}

const { declared, mutant }: WorkerData = workerData
const stages = mutant && (await buildMutant(mutant))

parentPort?.on("message", async (seed: number) => {
  const options = { seed, declared, maxShrinks: 0, ...(stages && { stages }) }
  const { run } = await Effect.runPromise(simulateSeed(options))
  parentPort?.postMessage({
    seed,
    isViolated: run.violations.length > 0,
    invocations: run.invocations,
    situations: run.situations
  } satisfies SeedOutcome)
})
