import { EventEmitter, once } from "node:events"
import type { Server } from "node:http"
import { type Json, objectsAt, parseJson, readOperation, stringAt } from "../protocol.ts"
import { accountId, type Reply, type Request, type Service } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import { decodeBodies, encodeBodies, restoreDigests } from "./messageBodies.ts"

/** The SQS API of fauxqs, without authorization and events. */
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
    /** Emits when a call may have made a message visible; not when a timeout or a delay ends. */
    changes
  }
}

export type FauxqsQueues = ReturnType<typeof makeFauxqsQueues>

const outputOf = (reply: Reply): Json => (reply.status === 200 ? parseJson(reply.body.toString()) : {})

/** Changes the output of a successful reply. */
const mapOutput = (reply: Reply, change: (output: Json) => Json): Reply =>
  reply.status === 200 ? { ...reply, body: Buffer.from(JSON.stringify(change(outputOf(reply)))) } : reply

/** Between two receives of a long poll that no call prompts: the delay after a timeout or a delay has ended. */
const pollIntervalMs = 100

/** In seconds; the queue's own wait time if the call has none. */
const waitTime = async (queues: FauxqsQueues, { QueueUrl, WaitTimeSeconds }: Json): Promise<unknown> => {
  if (WaitTimeSeconds !== undefined) return WaitTimeSeconds
  const name = "ReceiveMessageWaitTimeSeconds"
  const output = outputOf(await queues.call("GetQueueAttributes", { QueueUrl, AttributeNames: [name] }))
  const attributes = output["Attributes"]
  return typeof attributes === "object" && attributes !== null && name in attributes ? Number(attributes[name]) : 0
}

/** A long poll as a series of short ones: fauxqs gives the next message to a long poll whose client has disconnected. */
const receiveMessage = async (queues: FauxqsQueues, input: Json, disconnected: AbortSignal): Promise<Reply> => {
  const wait = await waitTime(queues, input)
  const isLong = typeof wait === "number" && wait > 0 && wait <= 20
  const endsAt = Date.now() + (isLong ? wait * 1000 : 0)
  for (;;) {
    const reply = await queues.call("ReceiveMessage", isLong ? { ...input, WaitTimeSeconds: 0 } : input)
    const remainingMs = endsAt - Date.now()
    if (reply.status !== 200 || objectsAt(outputOf(reply), "Messages").length > 0 || remainingMs <= 0) return reply
    const signal = AbortSignal.any([disconnected, AbortSignal.timeout(Math.min(pollIntervalMs, remainingMs))])
    await once(queues.changes, "change", { signal }).catch(() => undefined)
    if (disconnected.aborted) return reply
  }
}

export const queueName = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf("/") + 1)

/** The queue URLs on the gateway's address: the SDK sends its next calls to the host of the queue URL. */
const withGatewayUrls = (output: Json, host: string | undefined): Json => {
  const toGateway = (url: string) => `http://${host}${new URL(url).pathname}`
  const url = stringAt(output, "QueueUrl")
  const urls = output["QueueUrls"]
  return {
    ...output,
    ...(url !== undefined && { QueueUrl: toGateway(url) }),
    ...(Array.isArray(urls) && { QueueUrls: urls.map((each) => toGateway(String(each))) })
  }
}

/** SQS, on the queues of fauxqs. */
export const makeSqs = (queues: FauxqsQueues, region: string): Service => {
  const run = async (operation: string, input: Json, { headers, disconnected }: Request): Promise<Reply> => {
    switch (operation) {
      case "CreateQueue":
      case "GetQueueUrl":
      case "ListQueues":
        return mapOutput(await queues.call(operation, input), (output) => withGatewayUrls(output, headers.host))
      case "SendMessage":
      case "SendMessageBatch":
        return mapOutput(await queues.call(operation, encodeBodies(input)), (output) => restoreDigests(input, output))
      case "ReceiveMessage":
        return mapOutput(await receiveMessage(queues, input, disconnected), decodeBodies)
      default:
        return queues.call(operation, input)
    }
  }

  return (request) => {
    const name = readOperation(request, "AmazonSQS")
    const input = parseJson(request.body.toString())
    const queue = stringAt(input, "QueueName") ?? queueName(stringAt(input, "QueueUrl") ?? "*")
    // A batch operation needs the permission of the single one.
    const action = `sqs:${name.replace(/Batch$/, "")}`
    return {
      name,
      permissions: [{ action, resources: [`arn:aws:sqs:${region}:${accountId}:${queue}`] }],
      run: () => run(name, input, request)
    }
  }
}
