import { DeleteMessageCommand, SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import { denyActions, recordCalls } from "../cloud/testCloud.ts"
import {
  createMapping,
  createQueue,
  createQueueWithDeadLetters,
  deploy,
  type Platform,
  type Queue,
  readBodies,
  roleOf,
  sendMessages,
  startPlatform
} from "./testPlatform.ts"

const logBodies = "for (const { body } of event.Records) console.log(body)"
const failuresWhere = (condition: string) =>
  `({ batchItemFailures: event.Records.filter(({ body }) => ${condition}).map(({ messageId }) => ({ itemIdentifier: messageId })) })`
const handler = (body: string) => `export const handler = async (event) => { ${body} }`

const sendBatch = ({ cloud }: Platform, queue: Queue, ...bodies: ReadonlyArray<string>) =>
  cloud.clients.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: bodies.map((body) => ({ Id: body, MessageBody: body }))
    })
  )

/** A platform with a function and a mapping from a queue, which has a dead-letter queue. */
const startMapping = async (
  source: string,
  more: Parameters<typeof createMapping>[3] & { timeoutSeconds?: number } = {}
) => {
  const { timeoutSeconds = 5, ...mapping } = more
  const platform = await startPlatform()
  const { queue, dead } = await createQueueWithDeadLetters(platform, "movies")
  deploy(platform, "f", source, { timeoutSeconds })
  await createMapping(platform, "f", queue, mapping)
  return { ...platform, queue, dead }
}

describe("a batch", () => {
  it("is passed to the function as Lambda's own SQS event", async () => {
    const { queue, ...platform } = await startMapping(handler("console.log(JSON.stringify(event))"))
    await platform.cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "Léon 🎬" }))
    await platform.lambda.idle()
    expect(JSON.parse(platform.lines[0] ?? "")).toEqual({
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: "Léon 🎬",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/)
          },
          messageAttributes: {},
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: "aws:sqs",
          eventSourceARN: queue.arn,
          awsRegion: "eu-west-1"
        }
      ]
    })
  })

  it("is retried only in its failed messages, which become dead letters after the last receive", async () => {
    const source = handler(`${logBodies}; return ${failuresWhere("body === 'bad'")}`)
    const { queue, dead, ...platform } = await startMapping(source)
    const settled: Array<[number, number]> = []
    platform.lambda.events.on("batchSettled", ({ deleted, failed }) => settled.push([deleted.length, failed.length]))
    const deadLetters: Array<string> = []
    platform.lambda.events.on("deadLettered", ({ queueArn, cause, from }) =>
      deadLetters.push(`${queueArn} ${cause} ${from}`)
    )
    const startedAt = Date.now()
    await sendBatch(platform, queue, "good", "bad", "fine")
    await platform.lambda.idle()
    expect(Date.now() - startedAt).toBeLessThan(10_000)
    expect(platform.lines.slice(0, 3).toSorted()).toEqual(["bad", "fine", "good"])
    expect(platform.lines.slice(3)).toEqual(["bad", "bad"])
    expect(settled.toSorted()).toEqual([
      [0, 1],
      [0, 1],
      [2, 1]
    ])
    expect(await readBodies(platform, dead)).toEqual(["bad"])
    expect(deadLetters).toEqual([`${dead.arn} receives f`])
    expect(platform.lambda.invocations()).toMatchObject({ f: { count: 3, errors: 0 } })
  })

  it("counts a message that its function deletes, and then fails, neither as failed nor as a dead letter", async () => {
    const source = handler("await new Promise((done) => setTimeout(done, 200)); throw new Error('stopped')")
    const { cloud, queue, dead, ...platform } = await startMapping(source)
    platform.lambda.events.on("invocationStarted", ({ records = [] }) => {
      const ReceiptHandle = records.find(({ body, attributes }) => {
        return body === "done" && attributes.ApproximateReceiveCount === "3"
      })?.receiptHandle
      if (ReceiptHandle !== undefined) {
        void cloud.clients.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }))
      }
    })
    const failed: Array<number> = []
    platform.lambda.events.on("batchSettled", (batch) => failed.push(batch.failed.length))
    const deadLetters: Array<string | undefined> = []
    platform.lambda.events.on("deadLettered", ({ body, detail }) => deadLetters.push(body, detail.split(": ", 2)[1]))
    await sendBatch({ cloud, ...platform }, queue, "done", "killed")
    await platform.lambda.idle()
    // The two messages may be received together or one after the other.
    expect(failed.reduce((sum, count) => sum + count, 0)).toBe(5)
    expect(deadLetters).toEqual(["killed", "Error"])
    expect(await readBodies({ cloud, ...platform }, dead)).toEqual(["killed"])
  })
})

describe("a mapping", () => {
  it("runs no more invocations at once than its maximum concurrency", async () => {
    const source = handler("await new Promise((done) => setTimeout(done, 50))")
    const { lambda, queue, ...platform } = await startMapping(source, { batchSize: 1, maximumConcurrency: 2 })
    let running = 0
    let most = 0
    lambda.events.on("invocationStarted", () => {
      running++
      most = Math.max(most, running)
    })
    lambda.events.on("invocationEnded", () => running--)
    await sendBatch({ ...platform, lambda }, queue, ...Array.from({ length: 7 }, (_, n) => String(n)))
    await lambda.idle()
    expect(most).toBe(2)
    expect(lambda.invocations()).toMatchObject({ f: { count: 7 } })
  })

  it("receives the messages that were in the queue before it", async () => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies")
    deploy(platform, "f", handler(logBodies))
    await sendMessages(platform, queue, "early")
    await createMapping(platform, "f", queue)
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["early"])
  })

  it("calls SQS as its function's role, with the three permissions that AWS requires", async () => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies")
    deploy(platform, "f", handler(logBodies))
    const calls = recordCalls(platform.cloud)
    await createMapping(platform, "f", queue)
    await sendMessages(platform, queue, "one")
    await platform.lambda.idle()
    const actions = calls.filter(({ principal }) => principal === roleOf("f")).map(({ action }) => action)
    expect(new Set(actions)).toEqual(new Set(["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"]))
  })

  it.each(["sqs:GetQueueAttributes", "sqs:ReceiveMessage"])("is refused without %s", async (action) => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies")
    deploy(platform, "f", handler(logBodies))
    platform.cloud.authorize = denyActions(action)
    await expect(createMapping(platform, "f", queue)).rejects.toThrow(action.slice(4))
    await platform.lambda.idle()
  })

  it("is refused when the queue's visibility timeout is less than the function's timeout", async () => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies", { VisibilityTimeout: "4" })
    deploy(platform, "f", handler(logBodies))
    await expect(createMapping(platform, "f", queue)).rejects.toThrow("4 seconds is less than Function timeout: 5")
  })

  it("receives its messages again when it may not delete them, and reports the refusal", async () => {
    const { queue, dead, ...platform } = await startMapping(handler(logBodies))
    platform.cloud.authorize = denyActions("sqs:DeleteMessage")
    const refused: Array<string> = []
    platform.lambda.events.on("refused", ({ detail }) => refused.push(detail))
    await sendMessages(platform, queue, "one")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["one", "one", "one"])
    expect(refused[0]).toContain("sqs:DeleteMessage")
    expect(await readBodies(platform, dead)).toEqual(["one"])
  })

  it("goes on when a queue failed for a while", async () => {
    const { cloud, queue, ...platform } = await startMapping(handler(logBodies))
    let failures = 0
    cloud.interceptCall = async ({ operation }) =>
      operation === "ReceiveMessage" && ++failures <= 6
        ? { type: "error", status: 500, code: "InternalFailure", message: "not now" }
        : undefined
    await sendMessages({ ...platform, cloud }, queue, "one")
    await platform.lambda.idle()
    expect(failures).toBeGreaterThan(6)
    expect(platform.lines).toEqual(["one"])
  })

  it("receives a delayed message as soon as nothing runs, unless no mapping reads the queue", async () => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies", { DelaySeconds: "900" })
    const parked = await createQueue(platform, "parked", { DelaySeconds: "900" })
    deploy(platform, "f", handler(logBodies))
    await createMapping(platform, "f", queue)
    await sendMessages(platform, queue, "one")
    await sendMessages(platform, parked, "later")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["one"])
    expect((await platform.cloud.queues.depth(parked.url)).delayed).toHaveLength(1)
  })

  /** `a2` is the second message of group `a`; it fails on its first receive. */
  const runFifo = async (...bodies: ReadonlyArray<string>) => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "exports.fifo", { FifoQueue: "true", VisibilityTimeout: "3600" })
    const source = `export const handler = async (event) => {
      const failed = []
      for (const { messageId, body, attributes } of event.Records) {
        console.log("begin " + body)
        await new Promise((done) => setTimeout(done, 100))
        console.log("end " + body)
        if (body === "a1") console.log(JSON.stringify(attributes))
        if (body === "a2" && attributes.ApproximateReceiveCount === "1") failed.push({ itemIdentifier: messageId })
      }
      return { batchItemFailures: failed }
    }`
    deploy(platform, "f", source)
    await createMapping(platform, "f", queue, { batchSize: 1, maximumConcurrency: 5 })
    const Entries = bodies.map((body) => {
      const group = body.slice(0, 1)
      return { Id: body, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: body }
    })
    await platform.cloud.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
    await platform.lambda.idle()
    return platform.lines
  }

  it("of a FIFO queue keeps the order of each group behind a failed message, and runs groups side by side", async () => {
    const lines = await runFifo("a1", "b1", "a2", "b2", "a3", "b3", "a4")
    const attributes: unknown = JSON.parse(lines.find((line) => line.startsWith("{")) ?? "")
    expect(attributes).toMatchObject({
      MessageGroupId: "a",
      MessageDeduplicationId: "a1",
      SequenceNumber: expect.stringMatching(/^\d{20}$/)
    })
    const steps = lines.filter((line) => !line.startsWith("{"))
    const ofGroup = (group: string) => steps.filter((line) => line.includes(` ${group}`))
    const inTurn = (...bodies: ReadonlyArray<string>) => bodies.flatMap((body) => [`begin ${body}`, `end ${body}`])
    expect(ofGroup("a")).toEqual(inTurn("a1", "a2", "a2", "a3", "a4"))
    expect(ofGroup("b")).toEqual(inTurn("b1", "b2", "b3"))
    expect(steps.some((line, at) => line.startsWith("begin") && steps[at + 1]?.startsWith("begin"))).toBe(true)
  })
})
