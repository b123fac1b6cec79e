import { once } from "node:events"
import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type { DeclaredStack } from "./declaredStack.ts"
import type { Detection } from "./detectMutant.ts"
import type { SeedOutcome, SeedTask } from "./worker.ts"

interface Options<Outcome> {
  /** Tasks that are worth the start of another worker thread. */
  readonly tasksPerWorker: number
  /** Starts no more tasks if it returns false. */
  readonly onOutcome: (outcome: Outcome) => boolean
}

/** Starts the tasks in their order, on as many worker threads as there are processors. */
const runInWorkers = <Outcome>(
  declared: DeclaredStack,
  tasks: ReadonlyArray<SeedTask | string>,
  { tasksPerWorker, onOutcome }: Options<Outcome>
): Effect.Effect<void> => {
  const waiting = [...tasks]
  const runOne = Effect.acquireUseRelease(
    Effect.sync(() => new Worker(new URL("./worker.ts", import.meta.url), { workerData: declared })),
    Effect.fnUntraced(function* (worker) {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        worker.postMessage(task)
        const [outcome] = yield* Effect.promise(() => once(worker, "message"))
        if (!onOutcome(outcome)) waiting.length = 0
      }
    }),
    (worker) => Effect.promise(() => worker.terminate())
  )
  const count = Math.min(availableParallelism(), Math.ceil(tasks.length / tasksPerWorker))
  return Effect.forEach(Array.from({ length: count }), () => runOne, { concurrency: "unbounded", discard: true })
}

/** The first seed that violates an invariant, and how many function invocations the seeds took. */
export const findViolation = Effect.fnUntraced(function* (
  declared: DeclaredStack,
  { from, to, mutant }: { readonly from: number; readonly to: number; readonly mutant: string | undefined },
  onSeed: (seed: number) => void
) {
  const tasks = Array.from({ length: to - from + 1 }, (_, index): SeedTask => ({ seed: from + index, mutant }))
  const violated: Array<number> = []
  let invocations = 0
  yield* runInWorkers<SeedOutcome>(declared, tasks, {
    tasksPerWorker: 25,
    onOutcome: (outcome) => {
      invocations += outcome.invocations
      if (outcome.isViolated) violated.push(outcome.seed)
      onSeed(outcome.seed)
      return violated.length === 0
    }
  })
  return { seed: violated.length === 0 ? undefined : Math.min(...violated), invocations }
})

export const detectMutants = (
  declared: DeclaredStack,
  faults: ReadonlyArray<string>,
  onDetection: (detection: Detection) => void
): Effect.Effect<void> =>
  runInWorkers<Detection>(declared, faults, {
    tasksPerWorker: 1,
    onOutcome: (detection) => {
      onDetection(detection)
      return true
    }
  })
