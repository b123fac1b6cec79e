import { BenchStack } from "./benchStack.ts"
import { writeBundle } from "./bundles.ts"
import { interleaved, measurementsOf } from "./measure.ts"

const rounds = 3
const stage = "EnrichAndStoreMovie"
const moviesPerBatch = 5
const warmUp = 30
/** Batches by OMDb's latency in milliseconds. */
const batches = { 0: 40, 50: 30, 200: 15 } as const

/** Batches of five new movies in a warm process, with an OMDb of several latencies. */
export const warmInvocation = async (progress: (text: string) => void) => {
  const stack = await BenchStack.start()
  try {
    const bundles = await Promise.all(
      (["deployed", "plain"] as const).map(async (variant) => ({ variant, ...(await writeBundle(stage, variant)) }))
    )
    const subjects = bundles.flatMap((bundle) =>
      Object.entries(batches).map(([latency, count]) => ({ ...bundle, latencyMs: Number(latency), count }))
    )
    let round = 0
    const measured = await interleaved(subjects, rounds, async (subject) => {
      if (round++ % subjects.length === 0) progress(`round ${Math.ceil(round / subjects.length)} of ${rounds}`)
      const { path, latencyMs, count } = subject
      stack.omdb.latencyMs = latencyMs
      const all = warmUp + count
      const result = await stack.invoke(stage, path, stack.events(stage, all), { warmUp })
      const perMovie = (quantity = 0, batches = all) => quantity / (batches * moviesPerBatch)
      return {
        cpuPerMovie: perMovie(result.warmCpu, count),
        msPerBatch: result.warmWall / count,
        peakMemory: result.peakMemory,
        logBytesPerMovie: perMovie(result.logBytes),
        ...{
          omdb: perMovie(result.calls["omdb"]),
          s3: perMovie(result.calls["s3"]),
          sqs: perMovie(result.calls["sqs"])
        },
        secretsmanager: perMovie(result.calls["secretsmanager"])
      }
    })
    return {
      rounds,
      moviesPerBatch,
      subjects: subjects.map((subject) => ({
        variant: subject.variant,
        latencyMs: subject.latencyMs,
        ...measurementsOf(measured.get(subject) ?? [])
      }))
    }
  } finally {
    await stack.stop()
  }
}
