import { randomUUID } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert } from "@effect/vitest"
import { onTestFinished } from "vitest"
import { ImdbId } from "../../domain/ImdbId.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { ObjectCreated } from "../../local/cloud/cloudEvents.ts"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { checkRun, readDeadLetters } from "./runOutcome.ts"

/** The first ten of the sample list, by rank. */
export const topTen = [
  ImdbId.make("tt0111161"),
  ImdbId.make("tt0068646"),
  ImdbId.make("tt0468569"),
  ImdbId.make("tt0071562"),
  ImdbId.make("tt0050083"),
  ImdbId.make("tt0108052"),
  ImdbId.make("tt0167260"),
  ImdbId.make("tt0110912"),
  ImdbId.make("tt0120737"),
  ImdbId.make("tt0060196")
] as const

export const [first, , , , fifth] = topTen

export const accessDenied = { kind: "fail", status: 403, code: "AccessDenied" } as const

export const forbiddenList = {
  at: "aws",
  operation: "GetObject",
  key: "Top250Movies.json",
  what: accessDenied
} as const

/** Runs a day with these faults, which must all happen, and checks it. */
export const runWith = async (
  shared: SharedStack,
  faults: readonly [Fault, ...ReadonlyArray<Fault>],
  request?: Parameters<SharedStack["run"]>[0]
) => {
  shared.applyFaults(...faults)
  const summary = await shared.run(request)
  assert.deepStrictEqual(shared.unmetFaults(), [])
  return { summary, outcome: await checkRun(shared, summary.runDate) }
}

/** Runs a day with these faults, and expects it to be complete in spite of them. */
export const completesWith = async (
  shared: SharedStack,
  faults: readonly [Fault, ...ReadonlyArray<Fault>],
  request?: Parameters<SharedStack["run"]>[0]
) => {
  const { summary, outcome } = await runWith(shared, faults, request)
  assert.deepStrictEqual([summary.complete, outcome.gaps, outcome.deadLetters], [true, {}, {}])
  assert.deepStrictEqual(outcome.enriched.slice(0, 10), [...topTen])
  return summary.runDate
}

const expectComplete = async (shared: SharedStack, runDate: RunDate) => {
  const { enriched, csv } = await checkRun(shared, runDate)
  assert.deepStrictEqual(enriched, [...topTen])
  assert.isDefined(csv)
}

/** Removes the faults and the dead letters, runs the date again and expects a complete run. */
export const runAgain = async (shared: SharedStack, runDate: RunDate): Promise<void> => {
  shared.clearFaults()
  await shared.purgeDeadLetterQueues()
  assert.isTrue((await shared.run({ runDate })).complete)
  await expectComplete(shared, runDate)
}

/** Removes the faults, sends the dead letters of a queue to it again and expects a complete run. */
export const redrive = async (
  shared: SharedStack,
  queue: "movies" | "exports" | "loads" | "reports",
  runDate: RunDate
) => {
  shared.clearFaults()
  const { cloud, lambda, names } = shared.stack
  const bodies = (await readDeadLetters(shared))[`${queue}-dead-letters`] ?? []
  await shared.purgeDeadLetterQueues()
  const QueueUrl = names.queues.find(({ logical }) => logical === queue)?.url
  const fifo = queue === "exports" ? { MessageGroupId: runDate, MessageDeduplicationId: randomUUID() } : {}
  for (const MessageBody of bodies) {
    await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...fifo }))
  }
  await lambda.idle()
  await expectComplete(shared, runDate)
}

/** Counts from now on the records of a function's batches that were acknowledged, and those that failed. */
export const countRecords = ({ stack: { lambda, names } }: SharedStack, logical: string) => {
  const counts = { deleted: 0, failed: 0 }
  const count = (batch: { function: string; deleted: ReadonlyArray<string>; failed: ReadonlyArray<string> }) => {
    if (names.logicalName(batch.function) !== logical) return
    counts.deleted += batch.deleted.length
    counts.failed += batch.failed.length
  }
  lambda.events.on("batchSettled", count)
  onTestFinished(() => void lambda.events.off("batchSettled", count))
  return counts
}

/** Counts from now on how often an object is written, by its key. */
export const countWrites = ({ stack: { cloud } }: SharedStack) => {
  const counts = new Map<string, number>()
  const count = ({ key }: ObjectCreated) => void counts.set(key, (counts.get(key) ?? 0) + 1)
  cloud.events.on("objectCreated", count)
  onTestFinished(() => void cloud.events.off("objectCreated", count))
  return counts
}
