import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BenchStack } from "./benchStack.ts"
import { stages, variants, writeBundle } from "./bundles.ts"
import { interleaved, measurementsOf } from "./measure.ts"

const rounds = 7

/** From the start of the process to the answer to the first event: a batch, a run or a CSV of ten movies. */
export const coldStart = async (progress: (text: string) => void) => {
  const stack = await BenchStack.start()
  const cache = await mkdtemp(join(tmpdir(), "imdb-etl-compile-cache-"))
  try {
    const results = []
    for (const stage of stages) {
      progress(stage)
      const bundles = await Promise.all(
        variants.map(async (variant) => ({ variant, ...(await writeBundle(stage, variant)) }))
      )
      const deployed = bundles.filter(({ variant }) => variant === "deployed")
      // V8's compile cache as a bench only: Lambda has no place for it that outlasts a cold start.
      const cached = deployed.map((bundle) => ({ ...bundle, variant: "deployed, V8 compile cache" as const }))
      const measure = async ({ variant, path }: (typeof bundles)[number] | (typeof cached)[number]) => {
        const variables = variant === "deployed, V8 compile cache" ? { NODE_COMPILE_CACHE: cache } : {}
        const { importCpu, firstCpu, firstWall, peakMemory } = await stack.invoke(stage, path, stack.events(stage, 1), {
          variables
        })
        return { importCpu, firstCpu, firstWall, peakMemory }
      }
      const subjects = [...bundles, ...cached]
      // Once before: the disk's cache, and V8's.
      for (const subject of subjects) await measure(subject)
      const measured = await interleaved(subjects, rounds, measure)
      results.push({
        stage,
        variants: subjects.map((subject) => ({
          variant: subject.variant,
          bytes: subject.bytes,
          bytesByPackage: subject.bytesByPackage,
          ...measurementsOf(measured.get(subject) ?? [])
        }))
      })
    }
    return { rounds, stages: results }
  } finally {
    await stack.stop()
    await rm(cache, { recursive: true, force: true })
  }
}
