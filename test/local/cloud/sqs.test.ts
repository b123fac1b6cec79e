import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient
} from "@aws-sdk/client-sqs"
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { decodeBodies, encodeBodies } from "../../../local/cloud/sqs/messageBodies.ts"
import { createQueue, sqsClientAs, startSharedCloud } from "./testCloud.ts"

const cloud = await startSharedCloud()
const { sqs } = cloud.clients

const newQueue = async (attributes = {}) => {
  const QueueUrl = await createQueue(cloud, attributes)
  const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  const receive = async (more = {}) => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? []
  const receiveBodies = async (more = {}) => (await receive(more)).map(({ Body }) => Body)
  return { QueueUrl, send, receive, receiveBodies }
}

/** Resolves when the gateway has the next call. */
const nextCall = () =>
  new Promise<void>((resolve) => {
    cloud.interceptCall = async () => void resolve()
  })

describe("SQS queues", () => {
  it("returns queue URLs on the gateway and queue ARNs in the cloud's region", async () => {
    const { QueueUrl } = await newQueue()
    const QueueName = QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1)
    expect(QueueUrl).toBe(`${cloud.endpoint}/000000000000/${QueueName}`)
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl)
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([QueueUrl])
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }))
    expect(Attributes).toEqual({ QueueArn: `arn:aws:sqs:eu-west-1:000000000000:${QueueName}` })
  })

  it("accepts a client that has only the queue's URL", async () => {
    const { QueueUrl, receiveBodies } = await newQueue()
    const ignore = () => undefined
    const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }
    const client = new SQSClient({ region: cloud.region, credentials: cloud.admin, logger })
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }))
    expect(await receiveBodies()).toEqual(["hello"])
  })

  it("reports QueueDoesNotExist for a queue that was not created", async () => {
    const QueueUrl = `${cloud.endpoint}/000000000000/missing`
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist"
    })
  })
})

describe("ReceiveMessage", () => {
  it("waits for a message as long as the call or the queue declares", async () => {
    const [byCall, byQueue] = [await newQueue(), await newQueue({ ReceiveMessageWaitTimeSeconds: "10" })]
    const from = performance.now()
    for (const [queue, more] of [
      [byCall, { WaitTimeSeconds: 10 }],
      [byQueue, {}]
    ] as const) {
      const called = nextCall()
      const received = queue.receiveBodies(more)
      await called
      await queue.send("late")
      expect(await received).toEqual(["late"])
    }
    expect(performance.now() - from).toBeLessThan(2000)
    const beforeEmpty = performance.now()
    expect(await byCall.receiveBodies({ WaitTimeSeconds: 1 })).toEqual([])
    expect(performance.now() - beforeEmpty).toBeGreaterThan(990)
  })

  it("loses no message to an earlier receive that was aborted", async () => {
    const { QueueUrl, send, receive } = await newQueue()
    const client = sqsClientAs(cloud)
    for (let delay = 0; delay < 10; delay++) {
      const abort = new AbortController()
      const poll = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })
      setTimeout(() => abort.abort(), delay)
      await expect(client.send(poll, { abortSignal: abort.signal })).rejects.toThrow("aborted")
      await send(`after ${delay} ms`)
      const [message] = await receive({ WaitTimeSeconds: 2 })
      expect(message?.Body).toBe(`after ${delay} ms`)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }))
    }
  })

  it("leaves a message visible if the client disconnects before the reply", async () => {
    const { QueueUrl, send, receiveBodies } = await newQueue()
    await send("still here")
    const abort = new AbortController()
    cloud.interceptCall = async () => void abort.abort()
    const received = sqsClientAs(cloud).send(new ReceiveMessageCommand({ QueueUrl }), { abortSignal: abort.signal })
    await expect(received).rejects.toThrow("aborted")
    cloud.interceptCall = async () => undefined
    await expect.poll(() => receiveBodies(), { timeout: 2000 }).toEqual(["still here"])
  })
})

describe("message bodies", () => {
  const Character = Schema.Literals(["a", "0", "é", "\uE000", "e000", "😀", "𐍈", "\uFFFD"])

  it.prop(
    "decodes a body as it was sent, and encodes it without characters that fauxqs rejects",
    { characters: Schema.Array(Character) },
    ({ characters }) => {
      const MessageBody = characters.join("")
      const { MessageBody: encoded } = encodeBodies({ MessageBody })
      expect(encoded).not.toMatch(/[^\t\n\r -\uD7FF\uE000-\uFFFD]/)
      expect(decodeBodies({ Messages: [{ Body: encoded }] })).toMatchObject({ Messages: [{ Body: MessageBody }] })
    }
  )
})
