import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync } from "node:fs"
import { readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DeleteObjectCommand } from "@aws-sdk/client-s3"
import type { SQSRecord } from "aws-lambda"
import { RunDate } from "../domain/RunDate.ts"
import { type LocalStack, startLocalStack } from "../local/LocalStack.ts"
import { clearAwsEnvironment } from "../local/run/localRun.ts"
import { recordRun, runPipeline } from "../local/run/runPipeline.ts"
import { readSourceList } from "../local/run/sourceList.ts"
import { listKeys, readBytes } from "../local/run/storedData.ts"
import { at } from "../plan/displayInputs.ts"
import { type BenchOmdb, omdbKey, startBenchOmdb } from "./benchOmdb.ts"
import type { Stage } from "./bundles.ts"
import { MeasurementFailed } from "./measure.ts"

/** What `invoke.mjs` measures; CPU and wall time in milliseconds, memory in MB. */
export interface Invocations {
  /** Of the import. */
  readonly importCpu: number
  /** From the start of the process to the first answer. */
  readonly firstCpu: number
  readonly firstWall: number
  readonly peakMemory: number
  /** Of all invocations after the warm-up. */
  readonly warmCpu: number
  readonly warmWall: number
}

type BenchRecords = ReadonlyMap<string, ReadonlyArray<SQSRecord>>

const runDate = RunDate.make("2026-11-21")
const functionTimeoutMs = 60_000

/**
 * The local cloud after a run of ten movies. Its functions and triggers are stopped: a stage is invoked in a process of
 * its own, with the environment and the credentials of its function, and sends real requests to the local cloud.
 */
export class BenchStack {
  readonly omdb: BenchOmdb
  readonly #stack: LocalStack
  readonly #records: BenchRecords
  /** The recorded run's CSV and manifest. */
  readonly #exported: ReadonlyMap<string, Uint8Array>
  readonly #folder = mkdtempSync(join(tmpdir(), "imdb-etl-bench-"))
  #days = 0

  private constructor(
    stack: LocalStack,
    omdb: BenchOmdb,
    records: BenchRecords,
    exported: ReadonlyMap<string, Uint8Array>
  ) {
    this.#stack = stack
    this.omdb = omdb
    this.#records = records
    this.#exported = exported
  }

  static async start(): Promise<BenchStack> {
    clearAwsEnvironment()
    const { bytes: sourceList } = await readSourceList(undefined)
    const omdb = await startBenchOmdb()
    const stack = await startLocalStack({ sourceList, omdb: { url: omdb.url, key: omdbKey } })
    const records = new Map<string, Array<SQSRecord>>()
    stack.lambda.events.on("invocationStarted", ({ function: name, records: received = [] }) => {
      const stage = stack.names.logicalName(name)
      records.set(stage, [...(records.get(stage) ?? []), ...received])
    })
    await runPipeline(stack, recordRun(stack), { runDate })
    await stack.lambda.stop()
    const bucket = stack.names.buckets[0]?.physical ?? ""
    const exported = new Map<string, Uint8Array>()
    for (const key of [`csv/run_date=${runDate}/movies.csv`, `runs/run_date=${runDate}/manifest.json`]) {
      exported.set(key, (await readBytes(stack.cloud.clients.s3, bucket, key)) ?? new Uint8Array())
    }
    return new BenchStack(stack, omdb, records, exported)
  }

  /** Events of the stage, each of another run date where the stage would otherwise find its work done. */
  events(stage: Stage, count: number, batchSize?: number): ReadonlyArray<unknown> {
    return Array.from({ length: count }, () => {
      if (stage === "GetMoviesAndSendToQueue") return { runDate: this.#newRunDate() }
      const records = (this.#records.get(stage) ?? []).filter(({ body }) => !body.includes('"type":"export"'))
      const size = { EnrichAndStoreMovie: 5, ExportMoviesToCsv: 10, LoadCsvToDynamoDb: 1, PublishReport: 1 }[stage]
      const Records = records.slice(0, batchSize ?? size).map((record) => ({
        ...record,
        attributes: { ...record.attributes, ApproximateReceiveCount: "1" }
      }))
      const event = JSON.stringify({ Records })
      return JSON.parse(stage === "EnrichAndStoreMovie" ? event.replaceAll(runDate, this.#newRunDate()) : event)
    })
  }

  #newRunDate(): string {
    this.#days += 1
    return new Date(Date.UTC(2030, 0, this.#days)).toISOString().slice(0, 10)
  }

  /** The objects as stage 2 left them for stage 3, or as stage 3 did for the others: a baseline writes others. */
  async #reset(stage: Stage): Promise<void> {
    const Bucket = this.#stack.names.buckets[0]?.physical ?? ""
    const { s3 } = this.#stack.cloud.clients
    const written = [...this.#exported.keys(), ...(await listKeys(s3, Bucket, "reports/"))]
    const keys = [...written, ...(await listKeys(s3, Bucket, "latest/"))]
    await Promise.all(keys.map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))))
    if (stage === "ExportMoviesToCsv") return
    for (const [key, body] of this.#exported) await this.#stack.cloud.restoreObject(Bucket, key, body)
  }

  /** Invokes a bundle of the stage with each event in one new process. */
  async invoke(
    stage: Stage,
    bundle: string,
    events: ReadonlyArray<unknown>,
    {
      warmUp = 0,
      variables = {}
    }: { readonly warmUp?: number; readonly variables?: Readonly<Record<string, string>> } = {}
  ): Promise<Invocations & { readonly calls: Readonly<Record<string, number>>; readonly logBytes: number }> {
    await this.#reset(stage)
    const { eventsFile, resultFile } = {
      eventsFile: join(this.#folder, "events"),
      resultFile: join(this.#folder, "result")
    }
    await writeFile(eventsFile, JSON.stringify(events))
    const declared = this.#stack.program.resources.find(
      ({ name, type }) => name === stage && type === "aws:lambda/function:Function"
    )
    const memoryMb = Number(declared?.inputs["memorySize"])
    const calls: Record<string, number> = {}
    const count = ({ service }: { readonly service: string }) => {
      calls[service] = (calls[service] ?? 0) + 1
    }
    const omdbCalls = this.omdb.calls()
    this.#stack.cloud.events.on("call", count)
    // Lambda's limits on the heap.
    const heap = [
      `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
      `--max-semi-space-size=${Math.floor(memoryMb / 20)}`
    ]
    const child = spawn(
      process.execPath,
      [...heap, join(import.meta.dirname, "invoke.mjs"), bundle, eventsFile, resultFile, `${warmUp}`],
      {
        env: { ...this.#environment(declared?.inputs ?? {}), ...variables },
        stdio: ["ignore", "pipe", "inherit"],
        timeout: functionTimeoutMs
      }
    )
    let logBytes = 0
    child.stdout.on("data", (chunk: Buffer) => {
      logBytes += chunk.length
    })
    const [code] = await once(child, "close")
    this.#stack.cloud.events.off("call", count)
    if (code !== 0) throw new MeasurementFailed(`${bundle} ended with exit code ${code}.`)
    const { failures, ...result } = JSON.parse(await readFile(resultFile, "utf8"))
    if (failures.length > 0) throw new MeasurementFailed(`${bundle} reported failed records.`)
    const omdb = this.omdb.calls() - omdbCalls
    return { ...result, calls: { ...calls, ...(omdb > 0 && { omdb }) }, logBytes }
  }

  #environment(inputs: Readonly<Record<string, unknown>>): Record<string, string> {
    const { cloud } = this.#stack
    const { accessKeyId, secretAccessKey } = cloud.credentialsFor(String(inputs["role"]))
    return {
      ...(at(inputs["environment"], "variables") as Record<string, string>),
      AWS_REGION: cloud.region,
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null"
    }
  }

  async stop(): Promise<void> {
    await this.#stack.stop()
    await this.omdb.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
