import { setTimeout as sleep } from "node:timers/promises"
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3"
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { recordCalls, s3ClientAs, sqsClientAs, startTestCloud, testRole } from "./testCloud.ts"

const put = new PutObjectCommand({ Bucket: "movies", Key: "a", Body: "a" })

it("answers in a service's own error form instead of doing what was asked", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  const calls = recordCalls(cloud)
  cloud.interceptCall = async ({ operation }) =>
    operation === "PutObject"
      ? { type: "error", status: 503, code: "SlowDown", message: "Reduce your request rate." }
      : undefined
  await expect(s3ClientAs(cloud).send(put)).rejects.toMatchObject({
    name: "SlowDown",
    message: "Reduce your request rate.",
    $metadata: { httpStatusCode: 503 }
  })
  expect(calls).toMatchObject([{ principal: testRole, operation: "PutObject", status: 503 }])
  expect((await s3ClientAs(cloud).send(new ListObjectsV2Command({ Bucket: "movies" }))).KeyCount).toBe(0)
})

it("gives the very answer it is told to", async () => {
  const cloud = await startTestCloud()
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  cloud.interceptCall = async () => ({ type: "reply", status: 200, headers: {}, body: '{"Messages":[]}' })
  expect((await sqsClientAs(cloud).send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toEqual([])
})

it("cuts the connection, which the SDK tries again", async () => {
  const cloud = await startTestCloud()
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  const calls = recordCalls(cloud)
  let cuts = 1
  cloud.interceptCall = async () => (cuts-- > 0 ? { type: "reset" } : undefined)
  await sqsClientAs(cloud, { maxAttempts: 2 }).send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }))
  expect(calls).toMatchObject([{ status: 0 }, { status: 200 }])
})

it("lets a call happen after a delay", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  cloud.interceptCall = async () => {
    await sleep(100)
    return undefined
  }
  const from = performance.now()
  await s3ClientAs(cloud).send(put)
  expect(performance.now() - from).toBeGreaterThan(95)
})

it("sees who asks for what, once it is allowed", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  cloud.authorize = () => ({ allowed: false, message: "no" })
  const seen: Array<unknown> = []
  cloud.interceptCall = async (call) => {
    seen.push(call)
    return undefined
  }
  await expect(s3ClientAs(cloud).send(put)).rejects.toThrow("no")
  cloud.authorize = () => ({ allowed: true })
  await s3ClientAs(cloud).send(put)
  expect(seen).toEqual([
    {
      principalArn: testRole,
      service: "s3",
      operation: "PutObject",
      resources: ["arn:aws:s3:::movies/a"],
      body: Buffer.from("a")
    }
  ])
})

it("tells of an answer before the caller has it, and can lose it: what was done stays done", async () => {
  const cloud = await startTestCloud()
  await cloud.createBucket("movies", cloud.region)
  const calls = recordCalls(cloud)
  const told: Array<unknown> = []
  cloud.interceptReply = async ({ operation, status, principalArn }) => {
    told.push([operation, status, principalArn, calls.length])
    return operation === "PutObject" ? "dropped" : undefined
  }
  await expect(s3ClientAs(cloud).send(put)).rejects.toThrow("ECONNRESET")
  expect((await s3ClientAs(cloud).send(new ListObjectsV2Command({ Bucket: "movies" }))).KeyCount).toBe(1)
  await expect(s3ClientAs(cloud).send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toThrow()
  expect(told).toEqual([
    ["PutObject", 200, testRole, 1],
    ["ListObjectsV2", 200, testRole, 2],
    ["ListObjectsV2", 404, testRole, 3]
  ])
})
