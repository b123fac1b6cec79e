/** One run of N movies on a local cloud of its own, in this process. Prints a JSON document. */
import { readFileSync } from "node:fs"
import type { Worker } from "node:worker_threads"
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import { ImdbId } from "../domain/ImdbId.ts"
import { rosterKey } from "../domain/keys.ts"
import { MovieMessage } from "../domain/Messages.ts"
import { Roster } from "../domain/Run.ts"
import { RunDate } from "../domain/RunDate.ts"
import { type LocalStack, startLocalStack } from "../local/LocalStack.ts"
import { clearAwsEnvironment } from "../local/run/localRun.ts"
import { readRunResult } from "../local/run/RunResult.ts"
import { recordRun } from "../local/run/runPipeline.ts"
import { omdbKey, startBenchOmdb } from "./benchOmdb.ts"

const movieCount = Number(process.argv[2])
const latencyMs = Number(process.argv[3])
const runDate = RunDate.make("2026-11-21")
/** Stage 1 takes no more, and a rank is no larger; a larger run is started as stage 1 would do it. */
const maxTop = 1000

const movies = Array.from({ length: movieCount }, (_, index) => ({
  imdbId: ImdbId.make(`tt${String(9_000_000 + index)}`),
  // In the order of sending, as stage 1's are; a rank is no larger than `maxTop`.
  rank: Math.floor((index * Math.min(maxTop, movieCount)) / movieCount) + 1,
  title: `Movie ${index + 1}`
}))
const sourceList = { items: movies.map(({ imdbId: id, rank, title }) => ({ id, rank: `${rank}`, title })) }

const start = async ({ cloud, lambda, names }: LocalStack) => {
  if (movieCount <= maxTop) {
    await lambda.fireSchedule(names.schedules[0]?.physical ?? "", new Date(), { runDate, top: movieCount })
    return
  }
  const createdAt = new Date().toISOString()
  const total = movieCount
  const roster = Schema.encodeSync(Schema.fromJsonString(Roster))({ runDate, total, movies, createdAt })
  await cloud.restoreObject(names.buckets[0]?.physical ?? "", rosterKey(runDate), Buffer.from(roster))
  const QueueUrl = names.queues.find(({ logical }) => logical === "movies")?.url
  const run = { version: 1, type: "movie", runDate, rosterCreatedAt: createdAt, total } as const
  const encode = Schema.encodeSync(Schema.fromJsonString(MovieMessage))
  for (let first = 0; first < movieCount; first += 10) {
    const Entries = movies
      .slice(first, first + 10)
      .map((movie, index) => ({ Id: `${index}`, MessageBody: encode({ ...run, movie }) }))
    await cloud.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  }
}

clearAwsEnvironment()
const workers: Array<Worker> = []
process.on("worker", (worker: Worker) => workers.push(worker))
const omdb = await startBenchOmdb()
omdb.latencyMs = latencyMs
const stack = await startLocalStack({
  sourceList: Buffer.from(JSON.stringify(sourceList)),
  omdb: { url: omdb.url, key: omdbKey },
  seed: 1
})
const recorder = recordRun(stack)
const { logicalName } = stack.names
const add = (totals: Record<string, number>, name: string, amount: number) => {
  totals[name] = (totals[name] ?? 0) + amount
}
const calls: Record<string, number> = {}
const invocations: Record<string, number> = {}
const functionMs: Record<string, number> = {}
stack.cloud.events.on("call", ({ service, operation }) => add(calls, `${service}:${operation}`, 1))
stack.lambda.events.on("invocationEnded", ({ function: name, ms }) => {
  add(invocations, logicalName(name), 1)
  add(functionMs, logicalName(name), ms)
})
const startedAt = Date.now()
await start(stack)
await stack.lambda.idle()
const lastAcknowledged = recorder.lastAcknowledged()

const functionCpu: Record<string, number> = {}
for (const worker of workers) {
  const { user, system } = await worker.cpuUsage()
  if (worker.threadName !== null) add(functionCpu, logicalName(worker.threadName), (user + system) / 1000)
}
const memory = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))
const { user, system } = process.cpuUsage()
const logBytes = Object.fromEntries(
  [...recorder.logs].map(([name, lines]) => [name, lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)])
)
const measured = {
  ...{ movies: movieCount, latencyMs, ms: lastAcknowledged - startedAt },
  ...{ processCpu: (user + system) / 1000, peakMemory: Number(memory?.[1] ?? 0) / 1024 },
  ...{ omdbCalls: omdb.calls(), calls, invocations, functionMs, functionCpu, logBytes }
}

const { manifest, rows } = await readRunResult(stack, runDate)
if (manifest?.complete !== true || rows.length !== movieCount || recorder.failures.length > 0) {
  const failures = JSON.stringify(recorder.failures.slice(0, 3))
  throw new Error(`The run is not complete: ${manifest?.enriched} enriched, ${rows.length} rows, failures: ${failures}`)
}
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0))
