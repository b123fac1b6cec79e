import { parentPort, workerData } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type { DeclaredStack } from "./declaredStack.ts"
import { buildMutant, type Detection, detectMutant } from "./detectMutant.ts"
import { mutants } from "./mutants.ts"
import { simulateSeed } from "./simulate.ts"
import { stages as realStages, type StageHandlers } from "./stages.ts"

export interface SeedTask {
  readonly seed: number
  readonly mutant: string | undefined
}

export interface SeedOutcome {
  readonly seed: number
  readonly isViolated: boolean
  readonly invocations: number
}

const declared: DeclaredStack = workerData
const built = new Map<string, Promise<StageHandlers>>()

const findMutant = (fault: string) => {
  const mutant = mutants.find((each) => each.fault === fault)
  if (mutant === undefined) throw new Error(`There is no mutant "${fault}".`)
  return mutant
}

const stagesWith = (fault: string | undefined): Promise<StageHandlers> => {
  if (fault === undefined) return Promise.resolve(realStages)
  const stages = built.get(fault) ?? buildMutant(findMutant(fault))
  built.set(fault, stages)
  return stages
}

/** A seed task runs one seed; a text is a mutant to detect. */
const perform = async (task: SeedTask | string): Promise<SeedOutcome | Detection> => {
  if (typeof task === "string") return Effect.runPromise(detectMutant(declared, findMutant(task)))
  const { seed, mutant } = task
  const stages = await stagesWith(mutant)
  const { run } = await Effect.runPromise(simulateSeed({ seed, declared, stages, maxShrinks: 0 }))
  return { seed, isViolated: run.violations.length > 0, invocations: run.invocations }
}

parentPort?.on("message", async (task: SeedTask | string) => parentPort?.postMessage(await perform(task)))
