import { PutObjectCommand } from "@aws-sdk/client-s3"
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager"
import { PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, beforeEach } from "vitest"
import { RunDate } from "../../../domain/RunDate.ts"
import { allowAllCalls } from "../../../local/cloud/executeCall.ts"
import { applyFaults, type FaultsInForce } from "../../../local/faults/applyFaults.ts"
import type { Fault } from "../../../local/faults/Scenario.ts"
import { type LocalStack, type LocalStackOptions, startLocalStack } from "../../../local/LocalStack.ts"
import { type OmdbStandIn, startOmdb } from "../../../local/omdb/startOmdb.ts"
import { bytesOf, keysOf } from "../../../local/run/bucket.ts"
import { forgetAwsSettings } from "../../../local/run/isolation.ts"
import { oneRun } from "../../../local/run/oneRun.ts"
import { type Recording, record } from "../../../local/run/Recording.ts"
import { readSourceList } from "../../../local/run/sourceList.ts"
import { type Summary, summarise } from "../../../local/run/summary.ts"
import { sourceListPlace } from "../../../local/sourceListPlace.ts"

export const warmKey = "warm-canary-key"

/** One running stack for many scenarios: each has a day of its own, empty dead-letter queues and all in order. */
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
  /** The messages that functions were given since the scenario began. */
  readonly messages: () => ReadonlyArray<string>
  /** Puts faults in force until the next scenario, or until all is in order again. */
  readonly faults: (...faults: readonly [Fault, ...ReadonlyArray<Fault>]) => void
  /** A sentence for each fault since the scenario began that has not happened. */
  readonly unmet: () => ReadonlyArray<string>
  /** All is in order from now on. */
  readonly mend: () => void
  /** Empties the dead-letter queues. */
  readonly purge: () => Promise<void>
  /** Ends the containers of a function, by its logical name. */
  readonly kill: (logical: string) => Promise<void>
}

/** OMDb's key is the old one again, and no container remembers another. */
const restoreKey = async ({ stack, omdb, kill }: Warm) => {
  omdb.setKeys(warmKey)
  const { cloud, program } = stack
  const version = program.resources.find(({ type }) => type.startsWith("aws:secretsmanager/secretVersion:"))
  const SecretId = String(version?.inputs["secretId"])
  const { SecretString } = await cloud.clients.secretsManager.send(new GetSecretValueCommand({ SecretId }))
  if (SecretString === warmKey) return
  cloud.secrets.put(SecretId, warmKey)
  await kill("EnrichAndStoreMovie")
}

/** Starts the stack before the first test of a file, and puts everything in order before each. */
export const warmStack = (options: Partial<LocalStackOptions> = {}): { readonly current: () => Warm } => {
  let warm: Warm | undefined
  let lines: Array<string> = []
  let messages: Array<string> = []
  let inForce: Array<FaultsInForce> = []
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
    stack.lambda.events.on("invocationStarted", ({ records = [] }) => {
      messages.push(...records.map(({ body }) => body))
    })
    const { cloud, names, program } = stack
    const newDay = () => {
      days += 1
      return RunDate.make(new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10))
    }
    const source = sourceListPlace(program)
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
      logs: () => lines.join("\n"),
      messages: () => messages,
      faults: (...faults) => {
        inForce.push(applyFaults({ ...stack, omdb }, { description: "a test", faults }))
      },
      unmet: () => inForce.flatMap((faults) => faults.unmet()),
      mend: () => {
        const { interceptCall: intercept, interceptReply: afterwards } = allowAllCalls()
        Object.assign(cloud, { intercept, afterwards })
        omdb.reset()
      },
      purge: async () => {
        for (const { url, isDeadLetterQueue } of names.queues) {
          if (isDeadLetterQueue) await cloud.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
        }
      },
      kill: async (logical) => {
        const found = names.functions.find((each) => each.logical === logical)
        if (found !== undefined) await stack.lambda.kill(found.physical)
      }
    }
  }, 120_000)

  beforeEach(async () => {
    const { setList, mend, purge } = current()
    mend()
    await restoreKey(current())
    await setList(sample)
    await purge()
    lines = []
    messages = []
    inForce = []
  })

  afterAll(async () => {
    await warm?.stack.stop()
    await warm?.omdb.close()
  })
  return { current }
}
