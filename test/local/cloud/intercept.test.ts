import { setTimeout as sleep } from "node:timers/promises"
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3"
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { aCloud, callsOf, role, s3As, sqsAs } from "./cloud.ts"

const put = new PutObjectCommand({ Bucket: "movies", Key: "a", Body: "a" })

it("answers in a service's own error form instead of doing what was asked", async () => {
  const cloud = await aCloud()
  await cloud.createBucket("movies", cloud.region)
  const calls = callsOf(cloud)
  cloud.intercept = async ({ operation }) =>
    operation === "PutObject"
      ? { kind: "fail", status: 503, code: "SlowDown", message: "Reduce your request rate." }
      : undefined
  await expect(s3As(cloud).send(put)).rejects.toMatchObject({
    name: "SlowDown",
    message: "Reduce your request rate.",
    $metadata: { httpStatusCode: 503 }
  })
  expect(calls).toMatchObject([{ principal: role, operation: "PutObject", status: 503 }])
  expect((await s3As(cloud).send(new ListObjectsV2Command({ Bucket: "movies" }))).KeyCount).toBe(0)
})

it("gives the very answer it is told to", async () => {
  const cloud = await aCloud()
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  cloud.intercept = async () => ({ kind: "answer", status: 200, headers: {}, body: '{"Messages":[]}' })
  expect((await sqsAs(cloud).send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toEqual([])
})

it("cuts the connection, which the SDK tries again", async () => {
  const cloud = await aCloud()
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  const calls = callsOf(cloud)
  let cuts = 1
  cloud.intercept = async () => (cuts-- > 0 ? { kind: "reset" } : undefined)
  await sqsAs(cloud, { maxAttempts: 2 }).send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }))
  expect(calls).toMatchObject([{ status: 0 }, { status: 200 }])
})

it("lets a call happen after a delay", async () => {
  const cloud = await aCloud()
  await cloud.createBucket("movies", cloud.region)
  cloud.intercept = async () => {
    await sleep(100)
    return undefined
  }
  const from = performance.now()
  await s3As(cloud).send(put)
  expect(performance.now() - from).toBeGreaterThan(95)
})

it("sees who asks for what, once it is allowed", async () => {
  const cloud = await aCloud()
  await cloud.createBucket("movies", cloud.region)
  cloud.authorize = () => ({ allowed: false, message: "no" })
  const seen: Array<unknown> = []
  cloud.intercept = async (call) => {
    seen.push(call)
    return undefined
  }
  await expect(s3As(cloud).send(put)).rejects.toThrow("no")
  cloud.authorize = () => ({ allowed: true })
  await s3As(cloud).send(put)
  expect(seen).toEqual([
    {
      principalArn: role,
      service: "s3",
      operation: "PutObject",
      resources: ["arn:aws:s3:::movies/a"],
      body: Buffer.from("a")
    }
  ])
})

it("tells of an answer before the caller has it, and can lose it: what was done stays done", async () => {
  const cloud = await aCloud()
  await cloud.createBucket("movies", cloud.region)
  const calls = callsOf(cloud)
  const told: Array<unknown> = []
  cloud.afterwards = async ({ operation, status, principalArn }) => {
    told.push([operation, status, principalArn, calls.length])
    return operation === "PutObject" ? "lost" : undefined
  }
  await expect(s3As(cloud).send(put)).rejects.toThrow("ECONNRESET")
  expect((await s3As(cloud).send(new ListObjectsV2Command({ Bucket: "movies" }))).KeyCount).toBe(1)
  await expect(s3As(cloud).send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toThrow()
  expect(told).toEqual([
    ["PutObject", 200, role, 1],
    ["ListObjectsV2", 200, role, 2],
    ["ListObjectsV2", 404, role, 3]
  ])
})
