import type { Server } from "node:http"
import type { SeededRandom } from "../../SeededRandom.ts"
import { type Json, parseJson, readOperation, stringAt } from "../protocol.ts"
import { AwsError, accountId, type Reply, type Request, type Service } from "../Service.ts"
import { sendInMemory } from "../sendInMemory.ts"
import type { makeDeduplicationIds } from "./deduplicationIds.ts"
import { decodeBodies, encodeBodies, restoreDigests } from "./messageBodies.ts"

/** Calls the SQS API of fauxqs, without authorization and events. */
export type CallFauxqs = (operation: string, input: Json) => Promise<Reply>

export const makeCallFauxqs =
  (fauxqs: Server): CallFauxqs =>
  (operation, input) =>
    sendInMemory(fauxqs, {
      method: "POST",
      target: "/",
      headers: {
        host: "127.0.0.1",
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`
      },
      body: JSON.stringify(input)
    })

/** Changes the output of a successful reply. */
const mapOutput = (reply: Reply, change: (output: Json) => Json): Reply =>
  reply.status === 200
    ? { ...reply, body: Buffer.from(JSON.stringify(change(parseJson(reply.body.toString())))) }
    : reply

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

/** Clients from before November 2023 send forms and expect XML. */
const refuseQueryProtocol = ({ headers }: Request): void => {
  if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return
  const message =
    "The local cloud has SQS's JSON protocol only, and this client uses the older query protocol. Use AWS CLI 1.29.82 or 2.15, boto3 1.28.82 or another SDK from November 2023, or a newer one."
  throw new AwsError(400, "UnsupportedProtocol", message, { isQueryProtocol: true })
}

/** SQS, on the queues of fauxqs. */
export const makeSqs = (
  call: CallFauxqs,
  region: string,
  { encode, decode }: ReturnType<typeof makeDeduplicationIds>,
  random: SeededRandom
): Service => {
  /** Only a FIFO queue keeps the order of its messages. */
  const shuffled = (input: Json, key: string, messages: Json): Json => {
    const list = messages[key]
    const isFifo = stringAt(input, "QueueUrl")?.endsWith(".fifo") ?? false
    return isFifo || !Array.isArray(list) ? messages : { ...messages, [key]: random.shuffle(list) }
  }

  const run = async (operation: string, input: Json, host: string | undefined): Promise<Reply> => {
    switch (operation) {
      case "CreateQueue":
      case "GetQueueUrl":
      case "ListQueues":
        return mapOutput(await call(operation, input), (output) => withGatewayUrls(output, host))
      case "SendMessage":
      case "SendMessageBatch":
        return mapOutput(await call(operation, encode(encodeBodies(shuffled(input, "Entries", input)))), (output) =>
          restoreDigests(input, output)
        )
      case "ReceiveMessage":
        // Without waiting: fauxqs gives the next message to a long poll whose client has disconnected.
        return mapOutput(await call(operation, { ...input, WaitTimeSeconds: 0 }), (output) =>
          shuffled(input, "Messages", decode(decodeBodies(output)))
        )
      default:
        return call(operation, input)
    }
  }

  return (request) => {
    refuseQueryProtocol(request)
    const name = readOperation(request, "AmazonSQS")
    const input = parseJson(request.body.toString())
    const queue = stringAt(input, "QueueName") ?? queueName(stringAt(input, "QueueUrl") ?? "*")
    // A batch operation needs the permission of the single one.
    const action = `sqs:${name.replace(/Batch$/, "")}`
    return {
      name,
      permissions: [{ action, resources: [`arn:aws:sqs:${region}:${accountId}:${queue}`] }],
      run: () => run(name, input, request.headers.host)
    }
  }
}
