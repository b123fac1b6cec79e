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

describe("when nothing runs, the platform", () => {
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
