import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand
} from "@aws-sdk/client-sqs"
import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { onTestFinished, vi } from "vitest"
import { decodeBodies, encodeBodies } from "../../../local/cloud/sqs/messageBodies.ts"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import { createQueue, recordCalls, startSharedCloud } from "./testCloud.ts"

const cloud = await startSharedCloud()
const { sqs } = cloud.clients

const newQueue = async (attributes = {}) => {
  const QueueUrl = await createQueue(cloud, attributes)
  const send = async (MessageBody: string, more = {}) =>
    (await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).MessageId ?? ""
  const receive = async (more = {}) => (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }))).Messages ?? []
  return {
    QueueUrl,
    send,
    receiveBodies: async (more = {}) => (await receive(more)).map(({ Body }) => Body),
    receiveAll: (more = {}) => receive({ MaxNumberOfMessages: 10, VisibilityTimeout: 600, ...more }),
    remove: (ReceiptHandle: string | undefined) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    depth: () => cloud.queues.depth(QueueUrl),
    makeVisible: (messageId: string) => cloud.queues.makeVisible(QueueUrl, messageId)
  }
}

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

  it("reports QueueDoesNotExist for a queue that was not created", async () => {
    const QueueUrl = `${cloud.endpoint}/000000000000/missing`
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist"
    })
  })
})

describe("ReceiveMessage", () => {
  it("returns without waiting, so that no later message goes to a client that has disconnected", async () => {
    const { send, receiveBodies } = await newQueue({ ReceiveMessageWaitTimeSeconds: "20" })
    const from = performance.now()
    expect(await receiveBodies({ WaitTimeSeconds: 20 })).toEqual([])
    expect(await receiveBodies()).toEqual([])
    expect(performance.now() - from).toBeLessThan(2000)
    await send("later")
    expect(await receiveBodies()).toEqual(["later"])
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

const inGroup = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id })
const any = expect.anything()

it("accepts a deduplication id again once five minutes are fast-forwarded at once", async () => {
  const { send, receiveAll, remove } = await newQueue({ FifoQueue: "true" })
  const bodies: Array<string | undefined> = []
  for (const [body, skippedMs] of [
    ["first", 0],
    ["duplicate", 299_999],
    ["accepted", 300_000]
  ] as const) {
    cloud.passTime(skippedMs)
    await send(body, inGroup("day", "id"))
    for (const { Body, Attributes, ReceiptHandle } of await receiveAll({ MessageSystemAttributeNames: ["All"] })) {
      bodies.push(Body)
      expect(Attributes).toMatchObject({ MessageDeduplicationId: "id" })
      await remove(ReceiptHandle)
    }
  }
  expect(bodies).toEqual(["first", "accepted"])
})

describe("queueInspector", () => {
  it("counts visible, in-flight and delayed messages, and returns when they become visible, without a call", async () => {
    const { send, receiveAll, depth } = await newQueue()
    const from = Date.now()
    const inFlight = await send("in flight")
    await receiveAll({ VisibilityTimeout: 60 })
    await send("visible")
    const delayed = await send("delayed", { DelaySeconds: 900 })
    const calls = recordCalls(cloud)
    expect(await depth()).toEqual({
      visible: 1,
      blocked: 0,
      inFlight: [{ messageId: inFlight, visibleAt: expect.closeTo(from + 60_000, -3) }],
      delayed: [{ messageId: delayed, visibleAt: expect.closeTo(from + 900_000, -3) }]
    })
    const now = vi.spyOn(Date, "now").mockReturnValue(from + 1_000_000)
    onTestFinished(() => now.mockRestore())
    expect(await depth()).toEqual({ visible: 3, blocked: 0, inFlight: [], delayed: [] })
    expect(calls).toEqual([])
  })

  it("makes a message in flight visible", async () => {
    const { send, receiveAll, remove, depth, makeVisible } = await newQueue()
    const id = await send("a")
    expect(await makeVisible(id)).toBe(false)
    await receiveAll()
    expect(await receiveAll()).toEqual([])
    expect(await makeVisible(id)).toBe(true)
    expect(await depth()).toMatchObject({ visible: 1, inFlight: [] })
    const [message] = await receiveAll()
    expect(message?.MessageId).toBe(id)
    await remove(message?.ReceiptHandle)
    expect(await makeVisible(id)).toBe(false)
  })

  it("makes a delayed message visible and leaves the others delayed", async () => {
    const { send, receiveAll, depth, makeVisible } = await newQueue()
    await send("first", { DelaySeconds: 900 })
    const id = await send("second", { DelaySeconds: 900 })
    expect(await makeVisible(id)).toBe(true)
    expect(await depth()).toMatchObject({ visible: 1, delayed: [any] })
    expect(await receiveAll()).toMatchObject([{ MessageId: id }])
  })

  it("keeps the order of a message group when its message in flight is made visible", async () => {
    const { send, receiveAll, depth, makeVisible } = await newQueue({ FifoQueue: "true" })
    const first = await send("1", inGroup("day", "1"))
    await send("2", inGroup("day", "2"))
    await send("other", inGroup("another day", "3"))
    expect(await receiveAll({ MaxNumberOfMessages: 1 })).toMatchObject([{ Body: "1" }])
    expect(await receiveAll()).toMatchObject([{ Body: "other" }])
    expect(await depth()).toMatchObject({ visible: 0, blocked: 1, inFlight: [{ messageId: first }, any] })
    await makeVisible(first)
    expect(await receiveAll()).toMatchObject([{ Body: "1" }, { Body: "2" }])
  })

  it("makes the earlier delayed messages of a message group visible as well", async () => {
    const { send, receiveAll, depth, makeVisible } = await newQueue({ FifoQueue: "true", DelaySeconds: "900" })
    await send("1", inGroup("day", "1"))
    await send("other", inGroup("another day", "2"))
    const second = await send("2", inGroup("day", "3"))
    await send("3", inGroup("day", "4"))
    expect(await makeVisible(second)).toBe(true)
    expect(await depth()).toMatchObject({ visible: 2, delayed: [any, any] })
    expect(await receiveAll()).toMatchObject([{ Body: "1" }, { Body: "2" }])
  })

  it("throws an error with the URL of a queue that does not exist", async () => {
    await expect(cloud.queues.depth("http://127.0.0.1/000000000000/missing")).rejects.toThrow(/no queue .*missing/)
  })
})

describe("the order of messages", () => {
  const bodies = Array.from({ length: 10 }, (_, index) => `${index}`)

  /** The bodies that one receive returns of a batch that was sent. */
  const received = async (seed: number, fifo: boolean) => {
    const { clients, stop } = await startCloud({ region: "eu-west-1", seed })
    onTestFinished(stop)
    const Attributes = fifo ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {}
    const QueueName = fifo ? "order.fifo" : "order"
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
    const Entries = bodies.map((MessageBody) => ({
      ...{ Id: `id${MessageBody}`, MessageBody },
      ...(fifo && { MessageGroupId: "group" })
    }))
    await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })
    const { Messages = [] } = await clients.sqs.send(receive)
    return Messages.map(({ Body }) => Body)
  }

  it("is by the seed in a standard queue", async () => {
    const first = await received(1, false)
    expect(first).not.toEqual(bodies)
    expect([...first].sort()).toEqual(bodies)
    expect(await received(1, false)).toEqual(first)
    expect(await received(2, false)).not.toEqual(first)
  })

  it("is the order of sending in a FIFO queue, of which one receive returns ten of a group", async () => {
    expect(await received(1, true)).toEqual(bodies)
  })

  it("returns a message once to a receive with a visibility timeout of 0, and again to the next", async () => {
    const { send, receiveBodies } = await newQueue({ FifoQueue: "true", ContentBasedDeduplication: "true" })
    for (const body of ["1", "2"]) await send(body, { MessageGroupId: "group" })
    const peek = { MaxNumberOfMessages: 10, VisibilityTimeout: 0 }
    expect(await receiveBodies(peek)).toEqual(["1", "2"])
    expect(await receiveBodies({ ...peek, VisibilityTimeout: 60 })).toEqual(["1", "2"])
  })

  it("is that of sending again when the messages of a group become visible together", async () => {
    const { QueueUrl, send, receiveAll } = await newQueue({ FifoQueue: "true", ContentBasedDeduplication: "true" })
    const group = { MessageGroupId: "group" }
    for (const body of ["1", "2", "3"]) await send(body, group)
    for (const { MessageId = "" } of await receiveAll()) await cloud.queues.makeVisible(QueueUrl, MessageId)
    await send("4", group)
    expect((await receiveAll()).map(({ Body }) => Body)).toEqual(["1", "2", "3", "4"])
  })
})
