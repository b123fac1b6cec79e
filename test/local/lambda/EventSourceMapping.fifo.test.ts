import { SendMessageBatchCommand } from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { aPlatform, aQueue, deploy, type Platform, type Queue, trigger } from "./lambda.ts"

/** `a2` is the second message of group `a`. */
const sendAll = async ({ cloud }: Platform, queue: Queue, ...bodies: ReadonlyArray<string>) => {
  const Entries = bodies.map((body) => ({
    Id: body,
    MessageBody: body,
    MessageGroupId: body.slice(0, 1),
    MessageDeduplicationId: body
  }))
  await cloud.clients.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }))
}

const source = `export const handler = async (event) => {
  const failed = []
  for (const { messageId, body, attributes } of event.Records) {
    console.log("begin " + body)
    await new Promise((done) => setTimeout(done, 100))
    console.log("end " + body)
    if (body === "a2" && attributes.ApproximateReceiveCount === "1") failed.push({ itemIdentifier: messageId })
  }
  return { batchItemFailures: failed }
}`

const run = async () => {
  const platform = await aPlatform()
  const queue = await aQueue(platform, "exports.fifo", { FifoQueue: "true", VisibilityTimeout: "3600" })
  deploy(platform, "f", source)
  await trigger(platform, "f", queue, { batchSize: 1, maximumConcurrency: 5 })
  await sendAll(platform, queue, "a1", "b1", "a2", "b2", "a3", "b3", "a4")
  await platform.lambda.idle()
  return platform.lines
}

const ofGroup = (group: string, lines: ReadonlyArray<string>) => lines.filter((line) => line.includes(` ${group}`))

it("keeps a group's order, and holds the rest of it back while one that failed waits", async () => {
  const lines = await run()
  const begun = lines.filter((line) => line.startsWith("begin"))
  expect(ofGroup("a", begun)).toEqual(["a1", "a2", "a2", "a3", "a4"].map((body) => `begin ${body}`))
  expect(ofGroup("b", begun)).toEqual(["b1", "b2", "b3"].map((body) => `begin ${body}`))
})

it("never has one group in two invocations, while groups run side by side", async () => {
  const lines = await run()
  for (const group of ["a", "b"]) {
    ofGroup(group, lines).forEach((line, at) => {
      expect(line.startsWith(at % 2 === 0 ? "begin" : "end")).toBe(true)
    })
  }
  const sideBySide = lines.some((line, at) => line.startsWith("begin") && lines[at + 1]?.startsWith("begin"))
  expect(sideBySide).toBe(true)
})

it("shows the function what a FIFO queue adds to a message", async () => {
  const platform = await aPlatform()
  const queue = await aQueue(platform, "exports.fifo", { FifoQueue: "true" })
  deploy(
    platform,
    "f",
    "export const handler = async ({ Records: [{ attributes }] }) => console.log(JSON.stringify(attributes))"
  )
  await trigger(platform, "f", queue)
  await sendAll(platform, queue, "a1")
  await platform.lambda.idle()
  expect(JSON.parse(platform.lines[0] ?? "")).toMatchObject({
    MessageGroupId: "a",
    MessageDeduplicationId: "a1",
    SequenceNumber: expect.stringMatching(/^\d{20}$/)
  })
})
