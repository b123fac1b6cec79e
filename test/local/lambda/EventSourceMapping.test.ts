import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import { denyActions, recordCalls } from "../cloud/testCloud.ts"
import { aPlatform, aQueue, aQueueWithDeadLetters, bodiesIn, deploy, roleOf, send, trigger } from "./lambda.ts"

const logsBodies = "for (const { body } of event.Records) console.log(body)"
const fails = (those: string) =>
  `({ batchItemFailures: event.Records.filter(({ body }) => ${those}).map(({ messageId }) => ({ itemIdentifier: messageId })) })`
const handler = (body: string) => `export const handler = async (event) => { ${body} }`

describe("a batch", () => {
  it("is Lambda's own SQS event", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler("console.log(JSON.stringify(event))"))
    await trigger(platform, "f", queue)
    await platform.cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: "Léon 🎬",
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "movie" },
          bytes: { DataType: "Binary", BinaryValue: Buffer.from([1, 2, 3]) }
        }
      })
    )
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
          messageAttributes: {
            kind: { stringValue: "movie", stringListValues: [], binaryListValues: [], dataType: "String" },
            bytes: { binaryValue: "AQID", stringListValues: [], binaryListValues: [], dataType: "Binary" }
          },
          md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: "aws:sqs",
          eventSourceARN: queue.arn,
          awsRegion: "eu-west-1"
        }
      ]
    })
  })

  it("comes back only in the parts that failed", async () => {
    const platform = await aPlatform()
    const { queue, dead } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", handler(`${logsBodies}; return ${fails("body === 'bad'")}`))
    await trigger(platform, "f", queue)
    const Entries = ["good", "bad", "fine"].map((body) => ({ Id: body, MessageBody: body }))
    await platform.cloud.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["good", "bad", "fine", "bad", "bad"])
    expect(await bodiesIn(platform, dead)).toEqual(["bad"])
    expect(platform.lambda.invocations()).toMatchObject({ f: { count: 3, errors: 0 } })
  })

  it.each([
    ["the function throws", "throw new Error('no')"],
    ["the function ends", "process.exit(1)"],
    ["it reports an id of no message of it", "return { batchItemFailures: [{ itemIdentifier: 'nobody' }] }"],
    ["it reports an empty id", "return { batchItemFailures: [{ itemIdentifier: '' }] }"]
  ])("fails as a whole when %s", async (_, body) => {
    const platform = await aPlatform()
    const { queue, dead } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", handler(body))
    await trigger(platform, "f", queue)
    await send(platform, queue, "one", "two")
    await platform.lambda.idle()
    expect([...(await bodiesIn(platform, dead))].sort()).toEqual(["one", "two"])
  })

  it("fails as a whole at the function's timeout", async () => {
    const platform = await aPlatform()
    const { queue, dead } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", handler("console.log(event.Records[0].body); while (true) {}"), { timeoutSeconds: 0.3 })
    await trigger(platform, "f", queue)
    await send(platform, queue, "slow")
    await platform.lambda.idle()
    expect(platform.lines.filter((line) => line === "slow")).toHaveLength(3)
    expect(await bodiesIn(platform, dead)).toEqual(["slow"])
  })

  it("is deleted whole after a success where the mapping reads no reports", async () => {
    const platform = await aPlatform()
    const { queue, dead } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", handler(`${logsBodies}; return ${fails("true")}`))
    await trigger(platform, "f", queue, { reportBatchItemFailures: false })
    await send(platform, queue, "one")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["one"])
    expect(await bodiesIn(platform, dead)).toEqual([])
  })

  it("is told of when it is settled, message by message", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(
      platform,
      "f",
      handler(`return ${fails("body === 'bad' && event.Records[0].attributes.ApproximateReceiveCount === '1'")}`)
    )
    await trigger(platform, "f", queue)
    const settled: Array<[number, number]> = []
    platform.lambda.events.on("batchSettled", ({ deleted, failed }) => settled.push([deleted.length, failed.length]))
    const Entries = ["good", "bad", "fine"].map((body) => ({ Id: body, MessageBody: body }))
    await platform.cloud.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
    await platform.lambda.idle()
    expect(settled).toEqual([
      [2, 1],
      [1, 0]
    ])
  })
})

describe("a mapping", () => {
  it("runs no more invocations at once than it declares", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler("await new Promise((done) => setTimeout(done, 50))"))
    await trigger(platform, "f", queue, { batchSize: 1, maximumConcurrency: 2 })
    let running = 0
    let most = 0
    platform.lambda.events.on("invocationStarted", () => {
      running++
      most = Math.max(most, running)
    })
    platform.lambda.events.on("invocationEnded", () => running--)
    const Entries = Array.from({ length: 7 }, (_, n) => ({ Id: String(n), MessageBody: String(n) }))
    await platform.cloud.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
    await platform.lambda.idle()
    expect(most).toBe(2)
    expect(platform.lambda.invocations()).toMatchObject({ f: { count: 7 } })
  })

  it("finds what was in the queue before it", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler(logsBodies))
    await send(platform, queue, "early")
    await trigger(platform, "f", queue)
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["early"])
  })

  it("polls and deletes as its function's role, with the three permissions that AWS asks for", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler(logsBodies))
    const calls = recordCalls(platform.cloud)
    await trigger(platform, "f", queue)
    await send(platform, queue, "one")
    await platform.lambda.idle()
    const asRole = calls.filter(({ principal }) => principal === roleOf("f"))
    expect(new Set(asRole.map(({ action }) => action))).toEqual(
      new Set(["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"])
    )
  })

  it.each(["sqs:GetQueueAttributes", "sqs:ReceiveMessage"])("is not created without %s", async (action) => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler(logsBodies))
    platform.cloud.authorize = denyActions(action)
    await expect(trigger(platform, "f", queue)).rejects.toThrow(action.slice(4))
    await platform.lambda.idle()
  })

  it("has its messages back when it may not delete them, and says so", async () => {
    const platform = await aPlatform()
    const { queue, dead } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", handler(logsBodies))
    platform.cloud.authorize = denyActions("sqs:DeleteMessage")
    const refused: Array<string> = []
    platform.lambda.events.on("refused", ({ detail }) => refused.push(detail))
    await trigger(platform, "f", queue)
    await send(platform, queue, "one")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["one", "one", "one"])
    expect(refused[0]).toContain("sqs:DeleteMessage")
    expect(await bodiesIn(platform, dead)).toEqual(["one"])
  })

  it("outlasts a queue that fails for a while", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler(logsBodies))
    await trigger(platform, "f", queue)
    let failures = 0
    platform.cloud.interceptCall = async ({ operation }) =>
      operation === "ReceiveMessage" && ++failures <= 6
        ? { type: "error", status: 500, code: "InternalFailure", message: "not now" }
        : undefined
    await send(platform, queue, "one")
    await platform.lambda.idle()
    expect(failures).toBeGreaterThan(6)
    expect(platform.lines).toEqual(["one"])
  })

  it("leaves the queue alone while it is disabled", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler(logsBodies))
    await trigger(platform, "f", queue, { enabled: false })
    await send(platform, queue, "one")
    await platform.lambda.idle()
    expect(platform.lines).toEqual([])
    expect(await bodiesIn(platform, queue)).toEqual(["one"])
  })

  it("gathers a batch over more than one receive until its window ends", async () => {
    const platform = await aPlatform({ fastForward: false })
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", handler("console.log(event.Records.length)"))
    await trigger(platform, "f", queue, { batchSize: 100, maximumBatchingWindowSeconds: 1 })
    await send(platform, queue, ...Array.from({ length: 12 }, (_, n) => String(n)))
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["12"])
  })
})
