import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { ListQueuesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import {
  configFor,
  createBucket,
  createQueue,
  s3ClientAs,
  sendRaw,
  signedHeaders,
  sqsClientAs,
  startSharedCloud,
  startTestCloud
} from "./testCloud.ts"

const cloud = await startSharedCloud()

const openResources = (type: RegExp) => process.getActiveResourcesInfo().filter((name) => type.test(name))

const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 })
    const end = (connected: boolean) => () => {
      socket.destroy()
      resolve(connected)
    }
    socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false))
  })

describe("a local cloud", () => {
  it("stops within a second during a long poll, leaves nothing open and frees its port", async () => {
    const before = openResources(/^TCP|^Timeout|^Immediate/)
    const stopped = await startCloud({ region: "eu-west-1" })
    const port = Number(new URL(stopped.endpoint).port)
    await expect(startCloud({ region: "eu-west-1", port })).rejects.toThrow("EADDRINUSE")
    const poll = new ReceiveMessageCommand({ QueueUrl: await createQueue(stopped), WaitTimeSeconds: 20 })
    const received = new Promise((resolve) => {
      stopped.interceptCall = async () => void resolve(undefined)
    })
    const cut = stopped.clients.sqs.send(poll).catch(() => "cut")
    await received

    const from = performance.now()
    await stopped.stop()
    expect(performance.now() - from).toBeLessThan(1000)
    expect(await cut).toBe("cut")
    await expect.poll(() => openResources(/^TCP|^Timeout|^Immediate/), { timeout: 1000 }).toEqual(before)
    await stopped.stop()
    expect((await startTestCloud({ port })).endpoint).toBe(stopped.endpoint)
  })

  it("serves all services on one port of 127.0.0.1 and listens on no other address", async () => {
    await expect.poll(() => openResources(/^TCPServer/)).toHaveLength(1)
    const { clients, endpoint } = await startTestCloud()
    await clients.s3.send(new ListBucketsCommand({}))
    await clients.sqs.send(new ListQueuesCommand({}))
    await clients.dynamoDb.send(new ListTablesCommand({}))
    expect(openResources(/^TCPServer/)).toHaveLength(2)

    const port = Number(new URL(endpoint).port)
    expect(await connects("127.0.0.1", port)).toBe(true)
    const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
    const external = addresses.filter(({ internal, scopeid }) => !internal && !scopeid)
    for (const address of ["::1", ...external.map((found) => found.address)]) {
      expect(await connects(address, port)).toBe(false)
    }
  })
})

describe("the gateway", () => {
  it("refuses another host name with 421 and a web page of another origin with 403", async () => {
    const authorization = signedHeaders(cloud, "s3")
    expect((await sendRaw(cloud, "/", { ...authorization, host: "evil.example" })).status).toBe(421)
    expect((await sendRaw(cloud, "/", { ...authorization, origin: "https://evil.example" })).status).toBe(403)
    expect((await sendRaw(cloud, "/", { ...authorization, origin: cloud.endpoint })).status).toBe(200)
  })

  it("refuses an unsigned request in the wire format of the probable service", async () => {
    const s3 = await sendRaw(cloud, "/bucket/key")
    expect(s3.status).toBe(403)
    expect(s3.text).toContain("<Code>AccessDenied</Code>")
    const json = await sendRaw(cloud, "/", { "x-amz-target": "AmazonSQS.ListQueues" }, "POST", "{}")
    expect(json.status).toBe(403)
    expect(json.text).toContain("MissingAuthenticationTokenException")
  })

  it("names a service that is not emulated", async () => {
    const { status, text } = await sendRaw(cloud, "/", signedHeaders(cloud, "sts"), "POST")
    expect(status).toBe(400)
    expect(text).toContain("The local cloud has no service sts.")
  })

  it("refuses an unknown access key with the error of each service", async () => {
    const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "secret" }
    const config = { ...configFor(cloud), credentials }
    const error = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })
    await expect(s3ClientAs(cloud, { credentials }).send(new ListBucketsCommand({}))).rejects.toMatchObject(
      error("InvalidAccessKeyId", 403)
    )
    await expect(sqsClientAs(cloud, { credentials }).send(new ListQueuesCommand({}))).rejects.toMatchObject(
      error("InvalidClientTokenId", 403)
    )
    await expect(new DynamoDBClient(config).send(new ListTablesCommand({}))).rejects.toMatchObject(
      error("UnrecognizedClientException", 400)
    )
  })

  it("refuses a signature for another region, except for S3", async () => {
    const region = "us-east-1"
    await expect(sqsClientAs(cloud, { region }).send(new ListQueuesCommand({}))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      message: "Credential should be scoped to a valid region, not 'us-east-1'."
    })
    const dynamoDb = new DynamoDBClient({ ...configFor(cloud), region })
    await expect(dynamoDb.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: "InvalidSignatureException" })
    await s3ClientAs(cloud, { region }).send(new ListBucketsCommand({}))
  })

  it("accepts a presigned URL until it expires", async () => {
    const Bucket = await createBucket(cloud)
    await cloud.clients.s3.send(new PutObjectCommand({ Bucket, Key: "shared", Body: "text" }))
    const presigned = (date: Date) =>
      `/${Bucket}/shared?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${cloud.admin.accessKeyId}%2F20261121%2F` +
      `${cloud.region}%2Fs3%2Faws4_request&X-Amz-Date=${date.toISOString().replace(/[-:]|\.\d+/g, "")}` +
      "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    expect(await sendRaw(cloud, presigned(new Date()))).toEqual({ status: 200, text: "text" })
    expect((await sendRaw(cloud, presigned(new Date(Date.now() - 61_000)))).status).toBe(403)
  })
})
