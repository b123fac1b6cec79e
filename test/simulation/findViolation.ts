import { once } from "node:events"
import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type { SeedOutcome, WorkerData } from "./seedWorker.ts"
import { addCounts, type SituationCounts } from "./situations.ts"

interface Seeds {
  readonly from: number
  readonly to: number
}

/** So many seeds are worth the start of another worker thread. */
const seedsPerWorker = 25

/**
 * Runs seeds in ascending order on one worker thread per processor, until one violates an invariant. Returns the first
 * such seed, how many times all seeds invoked a function, and how often they reached each rare situation.
 */
export const findViolation = Effect.fnUntraced(function* (
  { from, to }: Seeds,
  workerData: WorkerData,
  onSeed: (seed: number) => void
) {
  const violating: Array<number> = []
  let next = from
  let invocations = 0
  let situations: SituationCounts = {}
  const runSeeds = Effect.acquireUseRelease(
    Effect.sync(() => new Worker(new URL("./seedWorker.ts", import.meta.url), { workerData })),
    Effect.fnUntraced(function* (worker) {
      while (next <= to && violating.length === 0) {
        worker.postMessage(next++)
        const [outcome]: [SeedOutcome] = yield* Effect.promise(() => once(worker, "message") as Promise<[SeedOutcome]>)
        invocations += outcome.invocations
        situations = addCounts(situations, outcome.situations)
        if (outcome.isViolated) violating.push(outcome.seed)
        onSeed(outcome.seed)
      }
    }),
    (worker) => Effect.promise(() => worker.terminate())
  )
  const workers = Math.min(availableParallelism(), Math.ceil((to - from + 1) / seedsPerWorker))
  yield* Effect.forEach(Array.from({ length: workers }), () => runSeeds, { concurrency: "unbounded", discard: true })
  return { seed: violating.length === 0 ? undefined : Math.min(...violating), invocations, situations }
})
