import { calledOperation, type Json, json, textAt } from "../json.ts"
import { wrongRegion } from "../refusals.ts"
import { accountId, type Reply, type Request, type Service } from "../Service.ts"
import { acknowledged, incoming, outgoing } from "./bodies.ts"
import { type FauxQueues, mapped } from "./fauxQueues.ts"
import { receive } from "./receive.ts"

/** A batch takes the permission of what it is a batch of. */
const actionOf = (operation: string): string => `sqs:${operation.replace(/Batch$/, "")}`

export const queueName = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf("/") + 1)

/** Queue URLs on the address that was asked: the SDK sends its next calls to where they point. */
const onThisAddress = (output: Json, host: string | undefined): Json => {
  const here = (url: string) => `http://${host}${new URL(url).pathname}`
  const one = textAt(output, "QueueUrl")
  const many = output["QueueUrls"]
  return {
    ...output,
    ...(one !== undefined && { QueueUrl: here(one) }),
    ...(Array.isArray(many) && { QueueUrls: many.map((url) => here(String(url))) })
  }
}

/** SQS, with fauxqs for the queues. */
export const makeSqs = (queues: FauxQueues, region: string): Service => {
  const run = async (operation: string, input: Json, { headers, gone }: Request): Promise<Reply> => {
    switch (operation) {
      case "CreateQueue":
      case "GetQueueUrl":
      case "ListQueues":
        return mapped(await queues.call(operation, input), (output) => onThisAddress(output, headers.host))
      case "SendMessage":
      case "SendMessageBatch":
        return mapped(await queues.call(operation, outgoing(input)), (output) => acknowledged(input, output))
      case "ReceiveMessage":
        return mapped(await receive(queues, input, gone), incoming)
      default:
        return queues.call(operation, input)
    }
  }

  return (request) => {
    if (request.region !== region) throw wrongRegion("sqs", request.region)
    const name = calledOperation(request, "AmazonSQS")
    const input = json(request.body.toString())
    const queue = textAt(input, "QueueName") ?? queueName(textAt(input, "QueueUrl") ?? "*")
    return {
      name,
      needs: [{ action: actionOf(name), resources: [`arn:aws:sqs:${region}:${accountId}:${queue}`] }],
      context: {},
      run: () => run(name, input, request)
    }
  }
}
