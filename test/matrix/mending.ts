import { randomUUID } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { assert } from "@effect/vitest"
import type { RunDate } from "../../domain/RunDate.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { lettersIn } from "./letters.ts"
import { topTen } from "./movies.ts"

const expectWhole = async (warm: SharedStack, runDate: RunDate) => {
  const { enriched, csv } = await accountedFor(warm, runDate)
  assert.deepStrictEqual(enriched, [...topTen])
  assert.isDefined(csv)
}

/** What an operator does once the cause is gone: the date again, after which the dead letters are of no use. */
export const runAgain = async (warm: SharedStack, runDate: RunDate): Promise<void> => {
  warm.clearFaults()
  await warm.purgeDeadLetterQueues()
  assert.isTrue((await warm.run({ runDate })).complete)
  await expectWhole(warm, runDate)
}

/** Or: the dead letters of a queue go back to it, as new messages. */
export const redrive = async (
  warm: SharedStack,
  queue: "movies" | "exports" | "loads",
  runDate: RunDate
): Promise<void> => {
  warm.clearFaults()
  const { cloud, lambda, names } = warm.stack
  const bodies = (await lettersIn(warm))[`${queue}-dead-letters`] ?? []
  await warm.purgeDeadLetterQueues()
  const QueueUrl = names.queues.find(({ logical }) => logical === queue)?.url
  const fifo = { MessageGroupId: runDate, MessageDeduplicationId: randomUUID() }
  for (const MessageBody of bodies) {
    await cloud.clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, ...(queue === "exports" ? fifo : {}) })
    )
  }
  await lambda.idle()
  await expectWhole(warm, runDate)
}
