import { SendMessageBatchCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import { createMapping, createQueue, deploy, startPlatform } from "./testPlatform.ts"

describe("a mapping of a FIFO queue", () => {
  /** `a2` is the second message of group `a`; it fails on its first receive. */
  const run = async (...bodies: ReadonlyArray<string>) => {
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

  it("keeps the order of each group behind a failed message, and runs groups side by side", async () => {
    const lines = await run("a1", "b1", "a2", "b2", "a3", "b3", "a4")
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
