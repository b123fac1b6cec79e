import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import * as Record from "effect/Record"
import { BenchStack } from "./benchStack.ts"
import { writeBundle } from "./bundles.ts"
import { failMeasurement, measurementOf, measurementsOf } from "./measure.ts"

/** Two batches of five at once, as the event source mapping allows. */
const concurrency = 10
const latencyMs = 100

export interface WholeRunResult {
  readonly movies: number
  /** From the schedule to the last acknowledgement. */
  readonly ms: number
  /** Of the process with the local cloud, all functions and everything that is stored, in ms and MB. */
  readonly processCpu: number
  readonly peakMemory: number
  readonly omdbCalls: number
  /** By `service:operation`. */
  readonly calls: Readonly<Record<string, number>>
  /** By function. */
  readonly invocations: Readonly<Record<string, number>>
  readonly functionMs: Readonly<Record<string, number>>
  readonly functionCpu: Readonly<Record<string, number>>
  readonly logBytes: Readonly<Record<string, number>>
}

const run = async (movies: number): Promise<WholeRunResult> => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "wholeRunProcess.ts"), `${movies}`, `${latencyMs}`],
    {
      env,
      stdio: ["ignore", "pipe", "inherit"]
    }
  )
  let output = ""
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = await once(child, "close")
  if (code !== 0) return failMeasurement(`The run of ${movies} movies ended with exit code ${code}.`)
  return JSON.parse(output)
}

/** One message at a time in one warm process: milliseconds per movie. */
const oneAtATime = async (): Promise<number> => {
  const stack = await BenchStack.start()
  try {
    const stage = "EnrichAndStoreMovie"
    const { path } = await writeBundle(stage, "deployed")
    stack.omdb.latencyMs = latencyMs
    const [warmUp, count] = [5, 30]
    const events = stack.events(stage, warmUp + count, 1)
    return (await stack.invoke(stage, path, events, { warmUp })).warmWall / count
  } finally {
    await stack.stop()
  }
}

/** The median of each count, by its name. */
const mediansOf = (counts: ReadonlyArray<Readonly<Record<string, number>>>): Readonly<Record<string, number>> =>
  Record.map(
    measurementsOf(
      counts.map((each) => ({ ...Object.fromEntries(counts.flatMap(Object.keys).map((name) => [name, 0])), ...each }))
    ),
    ({ median }) => median
  )

const measureRuns = async (rounds: Readonly<Record<number, number>>, progress: (text: string) => void) => {
  const results = new Map<number, Array<WholeRunResult>>()
  const sequential: Array<number> = []
  for (let round = 1; round <= Math.max(...Object.values(rounds)); round++) {
    progress(`round ${round}: one message at a time`)
    sequential.push(await oneAtATime())
    for (const [movies, times] of Object.entries(rounds)) {
      if (round > times) continue
      progress(`round ${round}: ${movies} movies`)
      results.set(Number(movies), [...(results.get(Number(movies)) ?? []), await run(Number(movies))])
    }
  }
  const runs = Array.from(results, ([movies, ofMovies]) => ({
    movies,
    rounds: ofMovies.length,
    ...measurementsOf(ofMovies.map(({ ms, processCpu, peakMemory }) => ({ ms, processCpu, peakMemory }))),
    omdbCalls: measurementOf(ofMovies.map(({ omdbCalls }) => omdbCalls)).median,
    calls: mediansOf(ofMovies.map(({ calls }) => calls)),
    invocations: mediansOf(ofMovies.map(({ invocations }) => invocations)),
    functionMs: mediansOf(ofMovies.map(({ functionMs }) => functionMs)),
    functionCpu: mediansOf(ofMovies.map(({ functionCpu }) => functionCpu)),
    logBytes: mediansOf(ofMovies.map(({ logBytes }) => logBytes)),
    idealMs: (latencyMs * movies) / concurrency,
    oneAtATimeMs: measurementOf(sequential).median * movies
  }))
  return { latencyMs, concurrency, runs }
}

/** Runs of the whole pipeline against the ideal, latency × movies ÷ concurrency, and one message at a time. */
export const wholeRun = (progress: (text: string) => void) => measureRuns({ 10: 3, 250: 3, 2500: 1 }, progress)

export const scale = (progress: (text: string) => void) => measureRuns({ 25000: 1 }, progress)
