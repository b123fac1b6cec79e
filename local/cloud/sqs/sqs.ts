import { EventEmitter, once } from "node:events"
import type { Server } from "node:http"
import { wrongRegion } from "../AwsError.ts"
import { type Json, objectsAt, parseJson, readOperation, stringAt } from "../protocol.ts"
import { accountId, type Reply, type Request, type Service } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import { decodeBodies, encodeBodies, restoreDigests } from "./messageBodies.ts"

/** fauxqs's side of SQS, past the gateway: nobody is asked for permission and nobody is told. */
export const makeFauxqsQueues = (fauxqs: Server) => {
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0)
  return {
    call: async (operation: string, input: Json): Promise<Reply> => {
      const reply = await sendInMemory(fauxqs, {
        method: "POST",
        target: "/",
        headers: {
          host: "127.0.0.1",
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": `AmazonSQS.${operation}`
        },
        body: JSON.stringify(input)
      })
      if (operation !== "ReceiveMessage") changes.emit("change")
      return reply
    },
    /** Emits when a message may have become visible by some call; not when its time has come. */
    changes
  }
}

export type FauxqsQueues = ReturnType<typeof makeFauxqsQueues>

/** The reply with another output, if it was a success. */
export const mapOutput = (reply: Reply, change: (output: Json) => Json): Reply =>
  reply.status === 200
    ? { ...reply, body: Buffer.from(JSON.stringify(change(parseJson(reply.body.toString())))) }
    : reply

/** Between looks nobody prompts: how late a poll may learn of a lease or a delay that has ended. */
const betweenLooksMs = 100

const outputOf = (reply: Reply): Json => (reply.status === 200 ? parseJson(reply.body.toString()) : {})

/** Seconds; what the queue declares, if the call does not say. */
const waitOf = async (queues: FauxqsQueues, { QueueUrl, WaitTimeSeconds }: Json): Promise<unknown> => {
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
export const receiveMessage = async (queues: FauxqsQueues, input: Json, gone: AbortSignal): Promise<Reply> => {
  const wait = await waitOf(queues, input)
  const isLong = typeof wait === "number" && wait > 0 && wait <= 20
  const until = Date.now() + (isLong ? wait * 1000 : 0)
  for (;;) {
    const reply = await queues.call("ReceiveMessage", isLong ? { ...input, WaitTimeSeconds: 0 } : input)
    const messages = objectsAt(outputOf(reply), "Messages")
    const remainingMs = until - Date.now()
    if (messages.length > 0) return { ...reply, onUndelivered: () => giveBack(queues, input, messages) }
    if (reply.status !== 200 || remainingMs <= 0) return reply
    const look = AbortSignal.any([gone, AbortSignal.timeout(Math.min(betweenLooksMs, remainingMs))])
    await once(queues.changes, "change", { signal: look }).catch(() => undefined)
    if (gone.aborted) return reply
  }
}

const giveBack = async (queues: FauxqsQueues, { QueueUrl }: Json, messages: ReadonlyArray<Json>): Promise<void> => {
  for (const message of messages) {
    const ReceiptHandle = stringAt(message, "ReceiptHandle")
    await queues.call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })
  }
}

/** A batch takes the permission of what it is a batch of. */
const actionOf = (operation: string): string => `sqs:${operation.replace(/Batch$/, "")}`

export const queueName = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf("/") + 1)

/** Queue URLs on the address that was asked: the SDK sends its next calls to where they point. */
const onThisAddress = (output: Json, host: string | undefined): Json => {
  const here = (url: string) => `http://${host}${new URL(url).pathname}`
  const one = stringAt(output, "QueueUrl")
  const many = output["QueueUrls"]
  return {
    ...output,
    ...(one !== undefined && { QueueUrl: here(one) }),
    ...(Array.isArray(many) && { QueueUrls: many.map((url) => here(String(url))) })
  }
}

/** SQS, with fauxqs for the queues. */
export const makeSqs = (queues: FauxqsQueues, region: string): Service => {
  const run = async (operation: string, input: Json, { headers, disconnected: gone }: Request): Promise<Reply> => {
    switch (operation) {
      case "CreateQueue":
      case "GetQueueUrl":
      case "ListQueues":
        return mapOutput(await queues.call(operation, input), (output) => onThisAddress(output, headers.host))
      case "SendMessage":
      case "SendMessageBatch":
        return mapOutput(await queues.call(operation, encodeBodies(input)), (output) => restoreDigests(input, output))
      case "ReceiveMessage":
        return mapOutput(await receiveMessage(queues, input, gone), decodeBodies)
      default:
        return queues.call(operation, input)
    }
  }

  return (request) => {
    if (request.region !== region) throw wrongRegion("sqs", request.region)
    const name = readOperation(request, "AmazonSQS")
    const input = parseJson(request.body.toString())
    const queue = stringAt(input, "QueueName") ?? queueName(stringAt(input, "QueueUrl") ?? "*")
    return {
      name,
      permissions: [{ action: actionOf(name), resources: [`arn:aws:sqs:${region}:${accountId}:${queue}`] }],
      context: {},
      run: () => run(name, input, request)
    }
  }
}
