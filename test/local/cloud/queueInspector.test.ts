import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { createQueue, recordCalls, startSharedCloud } from "./testCloud.ts"

const cloud = await startSharedCloud()
const { sqs } = cloud.clients

const newQueue = async (attributes = {}) => {
  const QueueUrl = await createQueue(cloud, attributes)
  const send = async (MessageBody: string, more = {}) =>
    (await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).MessageId ?? ""
  const receive = async (more = {}) => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600, ...more }
    return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? []
  }
  return {
    send,
    receive,
    remove: (ReceiptHandle: string | undefined) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    depth: () => cloud.queues.depth(QueueUrl),
    makeVisible: (messageId: string) => cloud.queues.makeVisible(QueueUrl, messageId)
  }
}

const inGroup = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id })
const any = expect.anything()

describe("queueInspector", () => {
  it("counts visible, in-flight and delayed messages and returns when they become visible", async () => {
    const { send, receive, depth } = await newQueue()
    const from = Date.now()
    const inFlight = await send("in flight")
    await receive({ VisibilityTimeout: 60 })
    await send("visible")
    const delayed = await send("delayed", { DelaySeconds: 900 })
    expect(await depth()).toEqual({
      visible: 1,
      blocked: 0,
      inFlight: [{ messageId: inFlight, visibleAt: expect.closeTo(from + 60_000, -3) }],
      delayed: [{ messageId: delayed, visibleAt: expect.closeTo(from + 900_000, -3) }]
    })
    const now = vi.spyOn(Date, "now").mockReturnValue(from + 1_000_000)
    onTestFinished(() => now.mockRestore())
    expect(await depth()).toEqual({ visible: 3, blocked: 0, inFlight: [], delayed: [] })
  })

  it("emits no call and counts no receive", async () => {
    const { send, receive, depth } = await newQueue()
    await send("a")
    const calls = recordCalls(cloud)
    await depth()
    expect(calls).toEqual([])
    const [message] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] })
    expect(message?.Attributes).toEqual({ ApproximateReceiveCount: "1" })
  })

  it("makes a message in flight visible", async () => {
    const { send, receive, remove, depth, makeVisible } = await newQueue()
    const id = await send("a")
    expect(await makeVisible(id)).toBe(false)
    await receive()
    expect(await receive()).toEqual([])
    expect(await makeVisible(id)).toBe(true)
    expect(await depth()).toMatchObject({ visible: 1, inFlight: [] })
    const [message] = await receive()
    expect(message?.MessageId).toBe(id)
    await remove(message?.ReceiptHandle)
    expect(await makeVisible(id)).toBe(false)
  })

  it("makes a delayed message visible and leaves the others delayed", async () => {
    const { send, receive, depth, makeVisible } = await newQueue()
    await send("first", { DelaySeconds: 900 })
    const id = await send("second", { DelaySeconds: 900 })
    expect(await makeVisible(id)).toBe(true)
    expect(await depth()).toMatchObject({ visible: 1, delayed: [any] })
    expect(await receive()).toMatchObject([{ MessageId: id }])
  })

  it("keeps the order of a message group when its message in flight is made visible", async () => {
    const { send, receive, remove, depth, makeVisible } = await newQueue({ FifoQueue: "true" })
    const first = await send("1", inGroup("day", "1"))
    await send("2", inGroup("day", "2"))
    await send("other", inGroup("another day", "3"))
    expect(await receive()).toMatchObject([{ Body: "1" }, { Body: "other" }])
    expect(await depth()).toMatchObject({ visible: 0, blocked: 1, inFlight: [{ messageId: first }, any] })
    await makeVisible(first)
    const [again] = await receive()
    expect(again?.Body).toBe("1")
    await remove(again?.ReceiptHandle)
    expect(await receive()).toMatchObject([{ Body: "2" }])
  })

  it("makes the earlier delayed messages of a message group visible as well", async () => {
    const { send, receive, remove, depth, makeVisible } = await newQueue({ FifoQueue: "true", DelaySeconds: "900" })
    await send("1", inGroup("day", "1"))
    await send("other", inGroup("another day", "2"))
    const second = await send("2", inGroup("day", "3"))
    await send("3", inGroup("day", "4"))
    expect(await makeVisible(second)).toBe(true)
    expect(await depth()).toMatchObject({ visible: 2, delayed: [any, any] })
    const [first] = await receive()
    expect(first?.Body).toBe("1")
    await remove(first?.ReceiptHandle)
    expect(await receive()).toMatchObject([{ Body: "2" }])
  })

  it("throws an error with the URL of a queue that does not exist", async () => {
    await expect(cloud.queues.depth("http://127.0.0.1/000000000000/missing")).rejects.toThrow(/no queue .*missing/)
  })
})
