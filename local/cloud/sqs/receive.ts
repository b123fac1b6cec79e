import { setTimeout as sleep } from "node:timers/promises"
import { type Json, json, objectsAt, textAt } from "../json.ts"
import type { Reply } from "../Service.ts"
import type { AskQueues } from "./askQueues.ts"

const betweenLooksMs = 20

const outputOf = (reply: Reply): Json => (reply.status === 200 ? json(reply.body.toString()) : {})

/** Seconds; what the queue declares, if the call does not say. */
const waitOf = async (askQueues: AskQueues, { QueueUrl, WaitTimeSeconds }: Json): Promise<unknown> => {
  if (WaitTimeSeconds !== undefined) return WaitTimeSeconds
  const name = "ReceiveMessageWaitTimeSeconds"
  const output = outputOf(await askQueues("GetQueueAttributes", { QueueUrl, AttributeNames: [name] }))
  const attributes = output["Attributes"]
  return typeof attributes === "object" && attributes !== null && name in attributes ? Number(attributes[name]) : 0
}

/**
 * A long poll, as brief looks: fauxqs would give the next message to a poll whose caller has hung up. Messages that
 * were taken for such a caller become visible again.
 */
export const receive = async (askQueues: AskQueues, input: Json, gone: AbortSignal): Promise<Reply> => {
  const wait = await waitOf(askQueues, input)
  const isLong = typeof wait === "number" && wait > 0 && wait <= 20
  const until = Date.now() + (isLong ? wait * 1000 : 0)
  for (;;) {
    const reply = await askQueues("ReceiveMessage", isLong ? { ...input, WaitTimeSeconds: 0 } : input)
    const handles = objectsAt(outputOf(reply), "Messages").map((message) => textAt(message, "ReceiptHandle"))
    if (reply.status !== 200 || handles.length > 0 || Date.now() >= until || gone.aborted) {
      const undelivered = async () => {
        for (const ReceiptHandle of handles.reverse()) {
          await askQueues("ChangeMessageVisibility", {
            QueueUrl: input["QueueUrl"],
            ReceiptHandle,
            VisibilityTimeout: 0
          })
        }
      }
      return { ...reply, undelivered }
    }
    await sleep(Math.min(betweenLooksMs, until - Date.now()), undefined, { signal: gone }).catch(() => undefined)
  }
}
