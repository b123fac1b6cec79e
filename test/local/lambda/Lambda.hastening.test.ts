import { describe, expect, it } from "vitest"
import { aPlatform, aQueue, aQueueWithDeadLetters, bodiesIn, deploy, send, trigger } from "./lambda.ts"

const failsAll = `export const handler = async (event) => {
  for (const { body, attributes } of event.Records) console.log(body + attributes.ApproximateReceiveCount)
  return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}`

/** Sets each message's visibility timeout to the seconds in its body, the first time it comes, and fails it. */
const failsFor = (queueUrl: string) => `
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_REGION } = process.env
  const change = (receiptHandle, seconds) => fetch(AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.ChangeMessageVisibility",
      authorization: "AWS4-HMAC-SHA256 Credential=" + AWS_ACCESS_KEY_ID + "/20261121/" + AWS_REGION +
        "/sqs/aws4_request, SignedHeaders=host, Signature=0"
    },
    body: JSON.stringify({ QueueUrl: "${queueUrl}", ReceiptHandle: receiptHandle, VisibilityTimeout: seconds })
  })
  export const handler = async (event) => {
    const failed = event.Records.filter(({ attributes }) => attributes.ApproximateReceiveCount === "1")
    for (const { body, receiptHandle } of failed) await change(receiptHandle, Number(body))
    console.log(event.Records.map(({ body, attributes }) => body + "/" + attributes.ApproximateReceiveCount).join())
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
  }`

describe("when nothing runs", () => {
  it("a message that fails three times with an hour's wait after each is a dead letter within seconds", async () => {
    const platform = await aPlatform()
    const { queue, dead } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", failsAll)
    await trigger(platform, "f", queue)
    const deadLetters: Array<string> = []
    platform.lambda.events.on("deadLettered", ({ queueArn, cause, from }) =>
      deadLetters.push(`${queueArn} ${cause} ${from}`)
    )
    const startedAt = Date.now()
    await send(platform, queue, "m")
    await platform.lambda.idle()
    expect(Date.now() - startedAt).toBeLessThan(10_000)
    expect(platform.lines).toEqual(["m1", "m2", "m3"])
    expect(await bodiesIn(platform, dead)).toEqual(["m"])
    expect(deadLetters).toEqual([`${dead.arn} receives f`])
  })

  it("what waits comes back in the order of its waits", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", failsFor(queue.url))
    await trigger(platform, "f", queue)
    await send(platform, queue, "43200", "60", "3600")
    await platform.lambda.idle()
    const again = platform.lines
      .join()
      .split(",")
      .filter((record) => record.endsWith("/2"))
    expect(again).toEqual(["60/2", "3600/2", "43200/2"])
  })

  it("messages that failed together come back together", async () => {
    const platform = await aPlatform()
    const { queue } = await aQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", failsAll)
    await trigger(platform, "f", queue, { batchSize: 1, maximumConcurrency: 4 })
    await send(platform, queue, "a", "b", "c", "d")
    await platform.lambda.idle()
    expect(platform.lambda.invocations()).toMatchObject({ f: { count: 12 } })
    const receives = platform.lines.map((line) => Number(line.slice(1)))
    expect(receives).toEqual([...receives].sort())
  })

  it("a delayed message comes at once", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies", { DelaySeconds: "900" })
    deploy(platform, "f", "export const handler = async (event) => console.log(event.Records[0].body)")
    await trigger(platform, "f", queue)
    await send(platform, queue, "later")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["later"])
  })

  it("a window that could fill no more ends at once", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "movies")
    deploy(platform, "f", "export const handler = async (event) => console.log(event.Records[0].body)")
    await trigger(platform, "f", queue, { maximumBatchingWindowSeconds: 300 })
    await send(platform, queue, "alone")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["alone"])
  })

  it("nothing hastens a message of a queue that triggers nothing", async () => {
    const platform = await aPlatform()
    const queue = await aQueue(platform, "parked", { DelaySeconds: "900" })
    await send(platform, queue, "later")
    await platform.lambda.idle()
    expect((await platform.cloud.queues.depth(queue.url)).delayed).toHaveLength(1)
  })
})

it("waits in real time where hastening is switched off", async () => {
  const platform = await aPlatform({ fastForward: false })
  const queue = await aQueue(platform, "movies")
  deploy(platform, "f", failsFor(queue.url))
  await trigger(platform, "f", queue)
  const startedAt = Date.now()
  await send(platform, queue, "1")
  await platform.lambda.idle()
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000)
  expect(platform.lines).toEqual(["1/1", "1/2"])
})

it("lets no lease end while another invocation runs", async () => {
  const platform = await aPlatform()
  const { queue } = await aQueueWithDeadLetters(platform, "movies")
  const slow = await aQueue(platform, "slow")
  deploy(platform, "f", failsAll)
  deploy(
    platform,
    "g",
    "export const handler = async () => { await new Promise((done) => setTimeout(done, 400)); console.log('slow') }"
  )
  await trigger(platform, "g", slow)
  await trigger(platform, "f", queue)
  await send(platform, slow, "s")
  await send(platform, queue, "m")
  await platform.lambda.idle()
  expect(platform.lines).toEqual(["m1", "slow", "m2", "m3"])
})
