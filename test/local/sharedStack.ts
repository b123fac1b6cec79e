import { PutObjectCommand } from "@aws-sdk/client-s3"
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager"
import { PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, beforeEach } from "vitest"
import { RunDate } from "../../domain/RunDate.ts"
import { allowAllCalls } from "../../local/cloud/executeCall.ts"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import { type FaultInjection, injectFaults } from "../../local/faults/injectFaults.ts"
import { type LocalStack, type LocalStackOptions, startLocalStack } from "../../local/LocalStack.ts"
import { type OmdbStandIn, startOmdb } from "../../local/omdb/startOmdb.ts"
import { sourceListLocation } from "../../local/ResourceNames.ts"
import { clearAwsEnvironment } from "../../local/run/isolation.ts"
import { type RunSummary, summarizeRun } from "../../local/run/RunSummary.ts"
import { type RunRecorder, recordRun, runPipeline } from "../../local/run/runPipeline.ts"
import { readSourceList } from "../../local/run/sourceList.ts"
import { listKeys, readBytes } from "../../local/run/storedData.ts"

export const sharedOmdbKey = "warm-canary-key"

/** One running stack for many scenarios: each has a day of its own, empty dead-letter queues and all in order. */
export interface SharedStack {
  readonly stack: LocalStack
  readonly omdb: OmdbStandIn
  readonly recording: RunRecorder
  /** A day that no scenario has used yet. */
  readonly newRunDate: () => RunDate
  readonly run: (request?: { readonly runDate?: RunDate; readonly top?: number }) => Promise<RunSummary>
  /** Replaces the source list until the next scenario. */
  readonly setSourceList: (text: string | Uint8Array) => Promise<void>
  /** Every object of the movies bucket, by key. */
  readonly objects: (prefix?: string) => Promise<ReadonlyMap<string, string>>
  /** What the functions logged since the scenario began. */
  readonly logs: () => string
  /** The messages that functions were given since the scenario began. */
  readonly messages: () => ReadonlyArray<string>
  /** Puts faults in force until the next scenario, or until all is in order again. */
  readonly applyFaults: (...faults: readonly [Fault, ...ReadonlyArray<Fault>]) => void
  /** A sentence for each fault since the scenario began that has not happened. */
  readonly unmetFaults: () => ReadonlyArray<string>
  /** All is in order from now on. */
  readonly clearFaults: () => void
  /** Empties the dead-letter queues. */
  readonly purgeDeadLetterQueues: () => Promise<void>
  /** Ends the containers of a function, by its logical name. */
  readonly killFunction: (logical: string) => Promise<void>
}

/** OMDb's key is the old one again, and no container remembers another. */
const restoreKey = async ({ stack, omdb, killFunction: kill }: SharedStack) => {
  omdb.setKeys(sharedOmdbKey)
  const { cloud, program } = stack
  const version = program.resources.find(({ type }) => type.startsWith("aws:secretsmanager/secretVersion:"))
  const SecretId = String(version?.inputs["secretId"])
  const { SecretString } = await cloud.clients.secretsManager.send(new GetSecretValueCommand({ SecretId }))
  if (SecretString === sharedOmdbKey) return
  cloud.secrets.put(SecretId, sharedOmdbKey)
  await kill("EnrichAndStoreMovie")
}

/** Starts the stack before the first test of a file, and puts everything in order before each. */
export const useSharedStack = (options: Partial<LocalStackOptions> = {}): { readonly current: () => SharedStack } => {
  let warm: SharedStack | undefined
  let lines: Array<string> = []
  let messages: Array<string> = []
  let inForce: Array<FaultInjection> = []
  let days = 0
  let sample: Uint8Array = new Uint8Array()

  const current = (): SharedStack => {
    if (warm === undefined) throw new Error("The stack is not up yet.")
    return warm
  }

  beforeAll(async () => {
    clearAwsEnvironment()
    sample = await readSourceList(undefined)
    const omdb = await startOmdb({ key: sharedOmdbKey })
    const stack = await startLocalStack({ sourceList: sample, omdb: { url: omdb.url, key: sharedOmdbKey }, ...options })
    const recording = recordRun(stack)
    stack.lambda.events.on("logLine", ({ line }) => lines.push(line))
    stack.lambda.events.on("invocationStarted", ({ records = [] }) => {
      messages.push(...records.map(({ body }) => body))
    })
    const { cloud, names, program } = stack
    const newDay = () => {
      days += 1
      return RunDate.make(new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10))
    }
    const source = sourceListLocation(program)
    const setList = async (text: string | Uint8Array) => {
      const bytes = Buffer.from(text)
      const command = new PutObjectCommand({ Bucket: source.bucket, Key: source.key, Body: bytes })
      await cloud.clients.s3In(source.region).send(command)
    }
    warm = {
      stack,
      omdb,
      recording,
      newRunDate: newDay,
      setSourceList: setList,
      run: async ({ runDate = newDay(), top } = {}) => {
        const request = top === undefined ? { runDate } : { runDate, top }
        return summarizeRun(stack, await runPipeline(stack, recording, request), "nowhere")
      },
      objects: async (prefix) => {
        const bucket = names.buckets[0]?.physical ?? ""
        const keys = await listKeys(cloud.clients.s3, bucket, prefix)
        const bodies = await Promise.all(keys.map((key) => readBytes(cloud.clients.s3, bucket, key)))
        return new Map(keys.map((key, index) => [key, Buffer.from(bodies[index] ?? []).toString("utf8")]))
      },
      logs: () => lines.join("\n"),
      messages: () => messages,
      applyFaults: (...faults) => {
        inForce.push(injectFaults({ ...stack, omdb }, { description: "a test", faults }))
      },
      unmetFaults: () => inForce.flatMap((faults) => faults.notInjected()),
      clearFaults: () => {
        const { interceptCall, interceptReply } = allowAllCalls()
        Object.assign(cloud, { interceptCall, interceptReply })
        omdb.reset()
      },
      purgeDeadLetterQueues: async () => {
        for (const { url, isDeadLetterQueue } of names.queues) {
          if (isDeadLetterQueue) await cloud.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
        }
      },
      killFunction: async (logical) => {
        const found = names.functions.find((each) => each.logical === logical)
        if (found !== undefined) await stack.lambda.kill(found.physical)
      }
    }
  }, 120_000)

  beforeEach(async () => {
    const { setSourceList: setList, clearFaults: mend, purgeDeadLetterQueues: purge } = current()
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
