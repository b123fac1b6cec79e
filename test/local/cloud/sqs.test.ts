import { setTimeout as sleep } from "node:timers/promises"
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient
} from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { recordCalls, sqsClientAs, startTestCloud } from "./testCloud.ts"

const silent = () => undefined
const quiet = { trace: silent, debug: silent, info: silent, warn: silent, error: silent }

const aQueue = async (Attributes: Partial<Record<QueueAttributeName, string>> = {}, QueueName = "movies") => {
  const cloud = await startTestCloud()
  const { sqs } = cloud.clients
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  const send = (MessageBody: string, more = {}) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))
  const receive = async (more = {}): Promise<ReadonlyArray<Message>> => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, ...more }
    return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? []
  }
  const bodies = async (more = {}) => (await receive(more)).map(({ Body }) => Body)
  return { cloud, sqs, QueueUrl, send, receive, bodies }
}

it("gives queues addresses on its own endpoint and names in its own region", async () => {
  const { cloud, sqs, QueueUrl } = await aQueue()
  expect(QueueUrl).toBe(`${cloud.endpoint}/000000000000/movies`)
  expect((await sqs.send(new GetQueueUrlCommand({ QueueName: "movies" }))).QueueUrl).toBe(QueueUrl)
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([QueueUrl])
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }))
  expect(Attributes).toEqual({ QueueArn: "arn:aws:sqs:eu-west-1:000000000000:movies" })
})

it("is reached by a client that knows the queue's address only", async () => {
  const { cloud, QueueUrl, bodies } = await aQueue()
  const calls = recordCalls(cloud)
  const elsewhere = new SQSClient({ region: cloud.region, credentials: cloud.admin, logger: quiet })
  await elsewhere.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }))
  expect(await bodies()).toEqual(["hello"])
  expect(calls[0]).toMatchObject({ operation: "SendMessage", status: 200 })
})

it("carries any text that SQS takes, in single messages and in batches", async () => {
  const { sqs, QueueUrl, send, bodies } = await aQueue()
  const texts = ["Léon", "WALL·E", "🎬 and 👩‍👩‍👧", "\uE0001f3a and a private character \uE000", "𐍈"]
  for (const text of texts) await send(text)
  expect(await bodies()).toEqual(texts)
  const Entries = texts.map((MessageBody, n) => ({ Id: `${n}`, MessageBody }))
  expect((await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Successful).toHaveLength(texts.length)
  expect(await bodies()).toEqual(texts)
})

it("tells a batch which of its entries it refused", async () => {
  const { sqs, QueueUrl } = await aQueue()
  const Entries = [
    { Id: "good", MessageBody: "a" },
    { Id: "bad", MessageBody: "\u0000" }
  ]
  const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  expect(Successful).toMatchObject([{ Id: "good" }])
  expect(Failed).toMatchObject([{ Id: "bad", Code: "InvalidMessageContents", SenderFault: true }])
})

it("says that a queue is not there as SQS does", async () => {
  const { cloud } = await aQueue()
  const QueueUrl = `${cloud.endpoint}/000000000000/missing`
  await expect(sqsClientAs(cloud).send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }))).rejects.toMatchObject({
    name: "QueueDoesNotExist"
  })
})

it("answers a long poll as soon as there is a message, and empty when its time is over", async () => {
  const { send, bodies } = await aQueue()
  const from = performance.now()
  const polled = bodies({ WaitTimeSeconds: 10 })
  await sleep(100)
  await send("late")
  expect(await polled).toEqual(["late"])
  expect(performance.now() - from).toBeLessThan(1000)
  expect(await bodies({ WaitTimeSeconds: 1 })).toEqual([])
  expect(performance.now() - from).toBeGreaterThan(1000)
})

it("polls as long as the queue declares when the call does not say", async () => {
  const { send, bodies } = await aQueue({ ReceiveMessageWaitTimeSeconds: "5" })
  const polled = bodies()
  await sleep(100)
  await send("late")
  expect(await polled).toEqual(["late"])
})

it("loses no message to a receive that was given up", async () => {
  const { cloud, QueueUrl, send, receive } = await aQueue()
  for (let turn = 0; turn < 20; turn++) {
    const giveUp = new AbortController()
    const poll = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })
    const polled = sqsClientAs(cloud).send(poll, { abortSignal: giveUp.signal })
    // From long before the message to just about when it is handed out.
    const abort = sleep(turn).then(() => giveUp.abort())
    await Promise.all([expect(polled).rejects.toThrow("aborted"), abort, sleep(5)])
    await send(`after ${turn}`)
    const [message] = await receive({ WaitTimeSeconds: 2 })
    expect(message?.Body).toBe(`after ${turn}`)
    await cloud.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }))
  }
})

it("keeps a message that nobody took delivery of visible", async () => {
  const { cloud, QueueUrl, send, bodies } = await aQueue()
  await send("still here")
  const giveUp = new AbortController()
  cloud.interceptCall = async () => {
    giveUp.abort()
    return undefined
  }
  const client = sqsClientAs(cloud)
  const receive = client.send(new ReceiveMessageCommand({ QueueUrl }), { abortSignal: giveUp.signal })
  await expect(receive).rejects.toThrow("aborted")
  cloud.interceptCall = async () => undefined
  await expect.poll(() => bodies(), { timeout: 2000 }).toEqual(["still here"])
})

it("moves a message to the dead-letter queue after its last receive", async () => {
  const { cloud, sqs, send, receive, bodies, QueueUrl } = await aQueue({
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:dead",
      maxReceiveCount: 1
    })
  })
  const dead = await sqs.send(new CreateQueueCommand({ QueueName: "dead" }))
  await send("hopeless 🎬")
  const [{ ReceiptHandle } = {}] = await receive()
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
  expect(await bodies()).toEqual([])
  expect(await cloud.queues.depth(`${dead.QueueUrl}`)).toMatchObject({ visible: 1 })
  const [message] = await receive({ QueueUrl: dead.QueueUrl })
  expect(message?.Body).toBe("hopeless 🎬")
})

it("keeps the order of a FIFO group and drops duplicates", async () => {
  const { send, receive, sqs, QueueUrl } = await aQueue({ FifoQueue: "true" }, "exports.fifo")
  for (const body of ["1", "2", "2", "3"]) await send(body, { MessageGroupId: "day", MessageDeduplicationId: body })
  const seen: Array<string | undefined> = []
  for (let turn = 0; turn < 4; turn++) {
    for (const { Body, ReceiptHandle } of await receive()) {
      seen.push(Body)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    }
  }
  expect(seen).toEqual(["1", "2", "3"])
})
