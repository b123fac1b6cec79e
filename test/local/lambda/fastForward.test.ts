import { describe, expect, it } from "vitest"
import {
  createMapping,
  createQueue,
  createQueueWithDeadLetters,
  deploy,
  sendMessages,
  startPlatform
} from "./testPlatform.ts"

const failsAll = `export const handler = async (event) => {
  for (const { body, attributes } of event.Records) console.log(body + attributes.ApproximateReceiveCount)
  return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}`
const logsBody = "export const handler = async (event) => console.log(event.Records[0].body)"

/** On a message's first receive, sets its visibility timeout to the seconds in its body and fails it. */
const failsFirstReceive = (queueUrl: string) => `
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
    for (const { body, attributes } of event.Records) console.log(body + "/" + attributes.ApproximateReceiveCount)
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
  }`

describe("when nothing runs, the platform", () => {
  it("makes hidden messages visible in the order of their visibility timeouts", async () => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies")
    deploy(platform, "f", failsFirstReceive(queue.url))
    await createMapping(platform, "f", queue)
    await sendMessages(platform, queue, "43200", "60", "3600")
    await platform.lambda.idle()
    expect(platform.lines.filter((line) => line.endsWith("/2"))).toEqual(["60/2", "3600/2", "43200/2"])
  })

  it("makes messages that failed together visible together", async () => {
    const platform = await startPlatform()
    const { queue } = await createQueueWithDeadLetters(platform, "movies")
    deploy(platform, "f", failsAll)
    await createMapping(platform, "f", queue, { batchSize: 1, maximumConcurrency: 4 })
    await sendMessages(platform, queue, "a", "b", "c", "d")
    await platform.lambda.idle()
    expect(platform.lambda.invocations()).toMatchObject({ f: { count: 12 } })
    const receives = platform.lines.map((line) => Number(line.slice(1)))
    expect(receives).toEqual([...receives].sort())
  })

  it.each([
    ["delivers a delayed message", { DelaySeconds: "900" }, {}],
    ["ends a batching window", {}, { maximumBatchingWindowSeconds: 300 }]
  ])("%s at once", async (_, attributes, mapping) => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "movies", attributes)
    deploy(platform, "f", logsBody)
    await createMapping(platform, "f", queue, mapping)
    await sendMessages(platform, queue, "one")
    await platform.lambda.idle()
    expect(platform.lines).toEqual(["one"])
  })

  it("leaves a delayed message of a queue without a mapping as it is", async () => {
    const platform = await startPlatform()
    const queue = await createQueue(platform, "parked", { DelaySeconds: "900" })
    await sendMessages(platform, queue, "later")
    await platform.lambda.idle()
    expect((await platform.cloud.queues.depth(queue.url)).delayed).toHaveLength(1)
  })
})

it("waits in real time when fast-forwarding is off", async () => {
  const platform = await startPlatform({ fastForward: false })
  const queue = await createQueue(platform, "movies")
  deploy(platform, "f", failsFirstReceive(queue.url))
  await createMapping(platform, "f", queue)
  const startedAt = Date.now()
  await sendMessages(platform, queue, "1")
  await platform.lambda.idle()
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1000)
  expect(platform.lines).toEqual(["1/1", "1/2"])
})

it("ends no visibility timeout early while another invocation runs", async () => {
  const platform = await startPlatform()
  const { queue } = await createQueueWithDeadLetters(platform, "movies")
  const slow = await createQueue(platform, "slow")
  deploy(platform, "f", failsAll)
  deploy(
    platform,
    "g",
    "export const handler = async () => { await new Promise((done) => setTimeout(done, 400)); console.log('slow') }"
  )
  await createMapping(platform, "g", slow)
  await createMapping(platform, "f", queue)
  await sendMessages(platform, slow, "s")
  await sendMessages(platform, queue, "m")
  await platform.lambda.idle()
  expect(platform.lines).toEqual(["m1", "slow", "m2", "m3"])
})
