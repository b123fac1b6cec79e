import { setTimeout as sleep } from "node:timers/promises"
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand
} from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { startTestCloud } from "./testCloud.ts"

const aQueue = async (QueueName = "movies", Attributes: Partial<Record<QueueAttributeName, string>> = {}) => {
  const { clients, queues, events } = await startTestCloud()
  const { sqs } = clients
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  const send = async (MessageBody: string, more = {}) =>
    (await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).MessageId ?? ""
  const receive = async (more = {}) => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600, ...more }
    return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? []
  }
  const acknowledge = (ReceiptHandle: string | undefined) =>
    sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  return {
    events,
    QueueUrl,
    send,
    receive,
    acknowledge,
    depth: () => queues.depth(QueueUrl),
    hasten: (messageId: string) => queues.makeVisible(QueueUrl, messageId)
  }
}

const fifo = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id })

it("counts what is visible, in flight and delayed, and tells when those become visible", async () => {
  const { send, receive, depth } = await aQueue()
  const from = Date.now()
  const flying = await send("in flight")
  await receive({ VisibilityTimeout: 60 })
  await send("visible")
  const delayed = await send("delayed", { DelaySeconds: 900 })
  const { inFlight, delayed: waiting, ...rest } = await depth()
  expect(rest).toEqual({ visible: 1, blocked: 0 })
  expect(inFlight).toEqual([{ messageId: flying, visibleAt: expect.closeTo(from + 60_000, -3) }])
  expect(waiting).toEqual([{ messageId: delayed, visibleAt: expect.closeTo(from + 900_000, -3) }])
})

it("counts a message that has become due as visible before anyone asks for it", async () => {
  const { send, receive, depth } = await aQueue()
  await send("leased")
  await receive({ VisibilityTimeout: 1 })
  await send("delayed", { DelaySeconds: 1 })
  await sleep(1100)
  expect(await depth()).toEqual({ visible: 2, blocked: 0, inFlight: [], delayed: [] })
  expect(await receive()).toHaveLength(2)
})

it("looks without being seen", async () => {
  const { events, send, receive, depth } = await aQueue()
  await send("a")
  const calls: Array<unknown> = []
  events.on("call", (call) => calls.push(call))
  await depth()
  await depth()
  expect(calls).toEqual([])
  const [message] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] })
  expect(message?.Attributes).toEqual({ ApproximateReceiveCount: "1" })
})

it("makes a message in flight visible at once", async () => {
  const { send, receive, depth, hasten } = await aQueue()
  const id = await send("a")
  await receive()
  expect(await receive()).toEqual([])
  expect(await hasten(id)).toBe(true)
  expect(await depth()).toMatchObject({ visible: 1, inFlight: [] })
  expect(await receive()).toMatchObject([{ MessageId: id }])
})

it("makes a delayed message visible at once, and leaves the others waiting", async () => {
  const { send, receive, depth, hasten } = await aQueue()
  await send("first", { DelaySeconds: 900 })
  const id = await send("second", { DelaySeconds: 900 })
  expect(await hasten(id)).toBe(true)
  expect(await depth()).toMatchObject({ visible: 1, delayed: [expect.anything()] })
  expect(await receive()).toMatchObject([{ MessageId: id }])
})

it("has nothing to hasten once a message is visible or gone", async () => {
  const { send, receive, acknowledge, hasten } = await aQueue()
  const id = await send("a")
  expect(await hasten(id)).toBe(false)
  const [message] = await receive()
  await acknowledge(message?.ReceiptHandle)
  expect(await hasten(id)).toBe(false)
})

it("keeps a group's order when its message in flight is hastened", async () => {
  const { send, receive, acknowledge, depth, hasten } = await aQueue("exports.fifo", { FifoQueue: "true" })
  const first = await send("1", fifo("day", "1"))
  await send("2", fifo("day", "2"))
  await send("other", fifo("another day", "3"))
  expect(await receive()).toMatchObject([{ Body: "1" }, { Body: "other" }])
  expect(await depth()).toMatchObject({ visible: 0, blocked: 1, inFlight: [{ messageId: first }, expect.anything()] })
  await hasten(first)
  const [again] = await receive()
  expect(again?.Body).toBe("1")
  await acknowledge(again?.ReceiptHandle)
  expect(await receive()).toMatchObject([{ Body: "2" }])
})

it("hastens what comes before a delayed message of its group, too", async () => {
  const { send, receive, acknowledge, depth, hasten } = await aQueue("exports.fifo", {
    FifoQueue: "true",
    DelaySeconds: "900"
  })
  await send("1", fifo("day", "1"))
  await send("other", fifo("another day", "2"))
  const second = await send("2", fifo("day", "3"))
  await send("3", fifo("day", "4"))
  expect(await hasten(second)).toBe(true)
  expect(await depth()).toMatchObject({ visible: 2, delayed: [expect.anything(), expect.anything()] })
  const [first] = await receive()
  expect(first?.Body).toBe("1")
  await acknowledge(first?.ReceiptHandle)
  expect(await receive()).toMatchObject([{ Body: "2" }])
})

it("names the queue that is not there", async () => {
  const { queues } = await startTestCloud()
  await expect(queues.depth("http://127.0.0.1/000000000000/missing")).rejects.toThrow(/no queue .*missing/)
})
