import { once } from "node:events"
import { type Json, json, objectsAt, textAt } from "../json.ts"
import type { Reply } from "../Service.ts"
import type { FauxQueues } from "./fauxQueues.ts"

/** Between looks nobody prompts: how late a poll may learn of a lease or a delay that has ended. */
const betweenLooksMs = 100

const outputOf = (reply: Reply): Json => (reply.status === 200 ? json(reply.body.toString()) : {})

/** Seconds; what the queue declares, if the call does not say. */
const waitOf = async (queues: FauxQueues, { QueueUrl, WaitTimeSeconds }: Json): Promise<unknown> => {
  if (WaitTimeSeconds !== undefined) return WaitTimeSeconds
  const name = "ReceiveMessageWaitTimeSeconds"
  const output = outputOf(await queues.call("GetQueueAttributes", { QueueUrl, AttributeNames: [name] }))
  const attributes = output["Attributes"]
  return typeof attributes === "object" && attributes !== null && name in attributes ? Number(attributes[name]) : 0
}

/**
 * A long poll, as brief looks: fauxqs would give the next message to a poll whose caller has hung up. Messages that
 * were taken for such a caller become visible again.
 */
export const receive = async (queues: FauxQueues, input: Json, gone: AbortSignal): Promise<Reply> => {
  const wait = await waitOf(queues, input)
  const isLong = typeof wait === "number" && wait > 0 && wait <= 20
  const until = Date.now() + (isLong ? wait * 1000 : 0)
  for (;;) {
    const reply = await queues.call("ReceiveMessage", isLong ? { ...input, WaitTimeSeconds: 0 } : input)
    const messages = objectsAt(outputOf(reply), "Messages")
    const remainingMs = until - Date.now()
    if (messages.length > 0) return { ...reply, undelivered: () => giveBack(queues, input, messages) }
    if (reply.status !== 200 || remainingMs <= 0) return reply
    const look = AbortSignal.any([gone, AbortSignal.timeout(Math.min(betweenLooksMs, remainingMs))])
    await once(queues.changes, "change", { signal: look }).catch(() => undefined)
    if (gone.aborted) return reply
  }
}

const giveBack = async (queues: FauxQueues, { QueueUrl }: Json, messages: ReadonlyArray<Json>): Promise<void> => {
  for (const message of messages) {
    const ReceiptHandle = textAt(message, "ReceiptHandle")
    await queues.call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })
  }
}
