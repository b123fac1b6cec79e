import { PutObjectCommand } from "@aws-sdk/client-s3"
import { PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, beforeEach } from "vitest"
import { RunDate } from "../../../domain/RunDate.ts"
import { type LocalStack, type LocalStackOptions, startLocalStack } from "../../../local/LocalStack.ts"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"
import { bytesOf, keysOf } from "../../../local/run/bucket.ts"
import { forgetAwsSettings } from "../../../local/run/isolation.ts"
import { oneRun } from "../../../local/run/oneRun.ts"
import { type Recording, record } from "../../../local/run/Recording.ts"
import { readSourceList } from "../../../local/run/sourceList.ts"
import { type Summary, summarise } from "../../../local/run/summary.ts"

export const warmKey = "warm-canary-key"

/** One running stack for many scenarios: each has a day of its own, empty dead-letter queues and an OMDb in order. */
export interface Warm {
  readonly stack: LocalStack
  readonly omdb: OmdbStandIn
  readonly recording: Recording
  /** A day that no scenario has used yet. */
  readonly newDay: () => RunDate
  readonly run: (request?: { readonly runDate?: RunDate; readonly top?: number }) => Promise<Summary>
  /** Replaces the source list until the next scenario. */
  readonly setList: (text: string | Uint8Array) => Promise<void>
  /** Every object of the movies bucket, by key. */
  readonly objects: (prefix?: string) => Promise<ReadonlyMap<string, string>>
  /** What the functions logged since the scenario began. */
  readonly logs: () => string
}

/** Starts the stack before the first test of a file, and puts everything in order before each. */
export const warmStack = (options: Partial<LocalStackOptions> = {}): { readonly current: () => Warm } => {
  let warm: Warm | undefined
  let lines: Array<string> = []
  let days = 0
  let sample: Uint8Array = new Uint8Array()

  const current = (): Warm => {
    if (warm === undefined) throw new Error("The stack is not up yet.")
    return warm
  }

  beforeAll(async () => {
    forgetAwsSettings()
    sample = await readSourceList(undefined)
    const omdb = await startOmdb({ key: warmKey })
    const stack = await startLocalStack({ sourceList: sample, omdb: { url: omdb.url, key: warmKey }, ...options })
    const recording = record(stack)
    stack.lambda.events.on("logLine", ({ line }) => lines.push(line))
    const { cloud, names, program } = stack
    const newDay = () => {
      days += 1
      return RunDate.make(new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10))
    }
    const source = program.outputs["sourceList"] as { bucket: string; key: string; region: string }
    const setList = async (text: string | Uint8Array) => {
      const bytes = Buffer.from(text)
      const command = new PutObjectCommand({ Bucket: source.bucket, Key: source.key, Body: bytes })
      await cloud.clients.s3In(source.region).send(command)
    }
    warm = {
      stack,
      omdb,
      recording,
      newDay,
      setList,
      run: async ({ runDate = newDay(), top } = {}) => {
        const request = top === undefined ? { runDate } : { runDate, top }
        return summarise(stack, await oneRun(stack, recording, request), "nowhere")
      },
      objects: async (prefix) => {
        const bucket = names.buckets[0]?.physical ?? ""
        const keys = await keysOf(cloud.clients.s3, bucket, prefix)
        const bodies = await Promise.all(keys.map((key) => bytesOf(cloud.clients.s3, bucket, key)))
        return new Map(keys.map((key, index) => [key, Buffer.from(bodies[index] ?? []).toString("utf8")]))
      },
      logs: () => lines.join("\n")
    }
  }, 120_000)

  beforeEach(async () => {
    const { stack, omdb, setList } = current()
    omdb.reset()
    omdb.setKeys(warmKey)
    await setList(sample)
    for (const { url, isDeadLetterQueue } of stack.names.queues) {
      if (isDeadLetterQueue) await stack.cloud.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
    }
    lines = []
  })

  afterAll(async () => {
    await warm?.stack.stop()
    await warm?.omdb.close()
  })
  return { current }
}
