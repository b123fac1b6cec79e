import { DeleteItemCommand } from "@aws-sdk/client-dynamodb"
import { DeleteObjectCommand } from "@aws-sdk/client-s3"
import { PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { marshall } from "@aws-sdk/util-dynamodb"
import { beforeAll, beforeEach } from "vitest"
import { latestPrefix, prefix } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { allowAllCalls } from "../../local/cloud/executeCall.ts"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import { type FaultInjection, injectFaults } from "../../local/faults/injectFaults.ts"
import { type LocalStack, putSourceList, startLocalStack } from "../../local/LocalStack.ts"
import { type OmdbStandIn, startOmdb } from "../../local/omdb/startOmdb.ts"
import { clearAwsEnvironment } from "../../local/run/localRun.ts"
import { type RunSummary, summarizeRun } from "../../local/run/RunSummary.ts"
import { type RunRequest, recordRun, runPipeline } from "../../local/run/runPipeline.ts"
import { readSourceList } from "../../local/run/sourceList.ts"
import { listKeys, readBytes, readTableItems } from "../../local/run/storedData.ts"

export const sharedOmdbKey = "shared-canary-key"

/** The program on a local cloud that many tests share. Each test uses run dates of its own. */
export interface SharedStack {
  readonly stack: LocalStack
  readonly omdb: OmdbStandIn
  /** A run date that no other test uses. */
  readonly newRunDate: () => RunDate
  /** Runs the pipeline once, for a new run date unless one is given. */
  readonly run: (request?: RunRequest) => Promise<RunSummary>
  /** Replaces the source list until the test ends. */
  readonly setSourceList: (text: string | Uint8Array) => Promise<void>
  /** Deletes the documents of runs, their CSVs, `latest/` and the rows of the table: the next run is the latest one, and the only one. */
  readonly forgetRuns: () => Promise<void>
  /** The objects of the movies bucket, by key. */
  readonly objects: (prefix?: string) => Promise<ReadonlyMap<string, string>>
  /** What the functions logged since the test began. */
  readonly logs: () => string
  /** The bodies of the messages that functions received since the test began. */
  readonly messages: () => ReadonlyArray<string>
  /** Injects faults until the test ends or `clearFaults` is called. */
  readonly applyFaults: (...faults: readonly [Fault, ...ReadonlyArray<Fault>]) => void
  /** One sentence for each of the test's faults that was not injected. */
  readonly unmetFaults: () => ReadonlyArray<string>
  readonly clearFaults: () => void
  readonly purgeDeadLetterQueues: () => Promise<void>
}

let started: ReturnType<typeof start> | undefined

/**
 * The stack of this test file; it ends with the worker's process. Each test begins without faults, dead letters or
 * recorded calls, and with the sample as the source list. A test that changes a policy restores it.
 */
export const useSharedStack = (): { readonly current: () => SharedStack } => {
  let shared: Awaited<ReturnType<typeof start>> | undefined
  beforeAll(async () => {
    started ??= start()
    shared = await started
  })
  beforeEach(async ({ onTestFailed }) => {
    onTestFailed(() => console.error(`The local cloud's seed: ${shared?.stack.cloud.seed}. Repeat it with LOCAL_SEED.`))
    await shared?.reset()
  })
  return {
    current: () => {
      if (shared === undefined) throw new Error("The shared stack starts before the first test, not before the file.")
      return shared
    }
  }
}

const start = async (): Promise<SharedStack & { readonly reset: () => Promise<void> }> => {
  clearAwsEnvironment()
  const { bytes: sample } = await readSourceList(undefined)
  const omdb = await startOmdb({ key: sharedOmdbKey })
  const stack = await startLocalStack({
    sourceList: sample,
    omdb: { url: omdb.url, key: sharedOmdbKey },
    seed: process.env["LOCAL_SEED"] === undefined ? undefined : Number(process.env["LOCAL_SEED"])
  })
  const { cloud, lambda, iam, names } = stack
  const recorder = recordRun(stack)
  let lines: Array<string> = []
  let messages: Array<string> = []
  let injections: Array<FaultInjection> = []
  let days = 0
  lambda.events.on("logLine", ({ line }) => lines.push(line))
  lambda.events.on("invocationStarted", ({ records = [] }) => messages.push(...records.map(({ body }) => body)))

  const shared: SharedStack = {
    stack,
    omdb,
    newRunDate: () => {
      days += 1
      return RunDate.make(new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10))
    },
    run: async ({ runDate = shared.newRunDate(), top } = {}) =>
      summarizeRun(stack, await runPipeline(stack, recorder, { runDate, top }), "nowhere"),
    setSourceList: (text) => putSourceList(stack, Buffer.from(text)),
    forgetRuns: async () => {
      const Bucket = names.buckets[0]?.physical ?? ""
      const lists = await Promise.all(
        [prefix.runs, prefix.csv, latestPrefix].map((folder) => listKeys(cloud.clients.s3, Bucket, folder))
      )
      await Promise.all(lists.flat().map((Key) => cloud.clients.s3.send(new DeleteObjectCommand({ Bucket, Key }))))
      const TableName = names.tables[0]?.physical ?? ""
      const items = await readTableItems(stack, TableName)
      const deletions = items.map(
        ({ imdbId, runDate }) => new DeleteItemCommand({ TableName, Key: marshall({ imdbId, runDate }) })
      )
      await Promise.all(deletions.map((deletion) => cloud.clients.dynamoDb.send(deletion)))
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
      injections.push(injectFaults({ ...stack, omdb }, { description: "a test", faults }))
    },
    unmetFaults: () => injections.flatMap((injection) => injection.notInjected()),
    clearFaults: () => {
      const { interceptCall, interceptReply } = allowAllCalls()
      Object.assign(cloud, { interceptCall, interceptReply })
      omdb.reset()
    },
    purgeDeadLetterQueues: async () => {
      for (const { url, isDeadLetterQueue } of names.queues) {
        if (isDeadLetterQueue) await cloud.clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
      }
    }
  }
  const reset = async () => {
    shared.clearFaults()
    await shared.setSourceList(sample)
    await shared.purgeDeadLetterQueues()
    iam.clearRecords()
    lines = []
    messages = []
    injections = []
  }
  return { ...shared, reset }
}
