import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  QueryCommand
} from "@aws-sdk/client-dynamodb"
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand
} from "@aws-sdk/client-s3"
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import type { AuthorizationRequest, AuthorizedCall } from "../../../local/cloud/executeCall.ts"
import {
  configFor,
  createBucket,
  createQueue,
  denyActions,
  recordCalls,
  s3ClientAs,
  sqsClientAs,
  startSharedCloud,
  testRole
} from "./testCloud.ts"

const cloud = await startSharedCloud()

const newObject = async () => ({ Bucket: await createBucket(cloud), Key: "a" })
const keyCount = async (Bucket: string) => (await cloud.clients.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount

describe("authorization", () => {
  it.each([
    ["s3", "AccessDenied", 403, "s3:PutObject"],
    ["sqs", "AccessDenied", 403, "sqs:SendMessage"],
    ["dynamodb", "AccessDeniedException", 400, "dynamodb:GetItem"]
  ])(
    "returns the error of %s for a denied call, with the decision's message",
    async (service, name, status, action) => {
      const object = await newObject()
      const QueueUrl = await createQueue(cloud)
      cloud.authorize = denyActions(action)
      const send = {
        s3: () => s3ClientAs(cloud).send(new PutObjectCommand({ ...object, Body: "a" })),
        sqs: () => sqsClientAs(cloud).send(new SendMessageCommand({ QueueUrl, MessageBody: "a" })),
        dynamodb: () =>
          new DynamoDBClient(configFor(cloud)).send(
            new GetItemCommand({ TableName: "movies", Key: { id: { S: "a" } } })
          )
      }[service]
      await expect(send?.()).rejects.toMatchObject({
        name,
        message: expect.stringContaining(`User: ${testRole} is not authorized to perform: ${action} on: arn:aws:`),
        $metadata: { httpStatusCode: status }
      })
    }
  )

  it("does not execute a denied call, and emits it with the missing permission", async () => {
    const object = await newObject()
    cloud.authorize = denyActions("s3:PutObject")
    const calls = recordCalls(cloud)
    await expect(s3ClientAs(cloud).send(new PutObjectCommand({ ...object, Body: "a" }))).rejects.toThrow()
    const permission = { action: "s3:PutObject", resources: [`arn:aws:s3:::${object.Bucket}/a`] }
    expect(calls).toEqual([
      {
        principal: testRole,
        service: "s3",
        operation: "PutObject",
        ...permission,
        status: 403,
        denied: permission,
        at: expect.any(Number)
      }
    ])
    expect(await keyCount(object.Bucket)).toBe(0)
  })

  it("allows every call of the admin", async () => {
    cloud.authorize = () => ({ allowed: false, message: "denied" })
    await cloud.clients.s3.send(new PutObjectCommand({ ...(await newObject()), Body: "a" }))
  })

  it("uses IAM's actions, resources and condition keys", async () => {
    const { Bucket } = await newObject()
    const QueueUrl = await createQueue(cloud)
    const requests: Array<AuthorizationRequest> = []
    cloud.authorize = (request) => {
      requests.push(request)
      return { allowed: true }
    }
    const [s3, sqs, dynamoDb] = [s3ClientAs(cloud), sqsClientAs(cloud), new DynamoDBClient(configFor(cloud))]
    const object = { Bucket, Key: "enriched/../é b.json" }
    await s3.send(new PutObjectCommand({ ...object, Body: "a" }))
    await s3.send(new HeadObjectCommand(object))
    await s3.send(new DeleteObjectCommand(object))
    await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "enriched/" }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "a" }] }))
    await dynamoDb.send(new ListTablesCommand({}))
    await dynamoDb.send(new QueryCommand({ TableName: "movies", IndexName: "byRunDate" })).catch(() => undefined)
    await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { movies: [] } })).catch(() => undefined)

    const bucketArn = `arn:aws:s3:::${Bucket}`
    expect(requests.map(({ action, resources }) => [action, ...resources])).toEqual([
      ["s3:PutObject", `${bucketArn}/enriched/../é b.json`],
      ["s3:GetObject", `${bucketArn}/enriched/../é b.json`],
      ["s3:DeleteObject", `${bucketArn}/enriched/../é b.json`],
      ["s3:ListBucket", bucketArn],
      ["sqs:SendMessage", `arn:aws:sqs:eu-west-1:000000000000:${QueueUrl.split("/").at(-1)}`],
      ["dynamodb:ListTables", "*"],
      ["dynamodb:Query", "arn:aws:dynamodb:eu-west-1:000000000000:table/movies/index/byRunDate"],
      ["dynamodb:BatchWriteItem", "arn:aws:dynamodb:eu-west-1:000000000000:table/movies"]
    ])
    expect(requests.find(({ action }) => action === "s3:ListBucket")).toMatchObject({
      principalArn: testRole,
      service: "s3",
      context: { "aws:SecureTransport": "true", "aws:PrincipalArn": testRole, "s3:prefix": "enriched/" }
    })
  })

  it("reports a missing object as NoSuchKey only to a caller that may list the bucket", async () => {
    const get = new GetObjectCommand(await newObject())
    const s3 = s3ClientAs(cloud)
    await expect(s3.send(get)).rejects.toMatchObject({ name: "NoSuchKey", $metadata: { httpStatusCode: 404 } })
    cloud.authorize = denyActions("s3:ListBucket")
    await expect(s3.send(get)).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } })
  })
})

describe("interception", () => {
  it("returns an error of the service instead of executing the call", async () => {
    const object = await newObject()
    const calls = recordCalls(cloud)
    cloud.interceptCall = async ({ operation }) =>
      operation === "PutObject"
        ? { type: "error", status: 503, code: "SlowDown", message: "Reduce your request rate." }
        : undefined
    await expect(s3ClientAs(cloud).send(new PutObjectCommand({ ...object, Body: "a" }))).rejects.toMatchObject({
      name: "SlowDown",
      message: "Reduce your request rate.",
      $metadata: { httpStatusCode: 503 }
    })
    expect(calls).toMatchObject([{ principal: testRole, operation: "PutObject", status: 503 }])
    expect(await keyCount(object.Bucket)).toBe(0)
  })

  it("resets the connection, and the SDK retries the call", async () => {
    const QueueUrl = await createQueue(cloud)
    const calls = recordCalls(cloud)
    let resets = 1
    cloud.interceptCall = async () => (resets-- > 0 ? { type: "reset" } : undefined)
    await sqsClientAs(cloud, { maxAttempts: 2 }).send(new SendMessageCommand({ QueueUrl, MessageBody: "a" }))
    expect(calls).toMatchObject([{ status: 0 }, { status: 200 }])
  })

  it("gets each authorized call, and executes it when its promise resolves", async () => {
    const object = await newObject()
    const put = new PutObjectCommand({ ...object, Body: "a" })
    const intercepted: Array<AuthorizedCall> = []
    cloud.interceptCall = async (call) => {
      intercepted.push(call)
      await new Promise((resolve) => setImmediate(resolve))
      return undefined
    }
    cloud.authorize = () => ({ allowed: false, message: "denied" })
    await expect(s3ClientAs(cloud).send(put)).rejects.toThrow("denied")
    cloud.authorize = () => ({ allowed: true })
    await s3ClientAs(cloud).send(put)
    const resources = [`arn:aws:s3:::${object.Bucket}/a`]
    const body = Buffer.from("a")
    expect(intercepted).toEqual([{ principalArn: testRole, service: "s3", operation: "PutObject", resources, body }])
  })

  it("gets each reply before the client, and can drop the reply of an executed call", async () => {
    const object = await newObject()
    const calls = recordCalls(cloud)
    const replies: Array<unknown> = []
    cloud.interceptReply = async ({ operation, status, principalArn }) => {
      replies.push([operation, status, principalArn, calls.length])
      return operation === "PutObject" ? "dropped" : undefined
    }
    const s3 = s3ClientAs(cloud)
    await expect(s3.send(new PutObjectCommand({ ...object, Body: "a" }))).rejects.toThrow("ECONNRESET")
    expect((await s3.send(new ListObjectsV2Command(object))).KeyCount).toBe(1)
    await expect(s3.send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toThrow()
    expect(replies).toEqual([
      ["PutObject", 200, testRole, 1],
      ["ListObjectsV2", 200, testRole, 2],
      ["ListObjectsV2", 404, testRole, 3]
    ])
  })
})
