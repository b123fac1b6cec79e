import { once } from "node:events"
import { connect, Server } from "node:net"
import { networkInterfaces } from "node:os"
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { GetSecretValueCommand, ListSecretsCommand } from "@aws-sdk/client-secrets-manager"
import { ListQueuesCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import { moviesTableDefinition } from "../../support/moviesTable.ts"
import {
  configFor,
  s3ClientAs,
  sendRaw,
  signedHeaders,
  sqsClientAs,
  startSharedCloud,
  startTestCloud
} from "./testCloud.ts"

const cloud = await startSharedCloud()

const openResources = (type: RegExp) => process.getActiveResourcesInfo().filter((name) => type.test(name))

const connects = async (host: string, port: number): Promise<boolean> => {
  const socket = connect({ host, port })
  const connected = once(socket, "connect", { signal: AbortSignal.timeout(500) })
  return connected
    .then(() => true)
    .catch(() => false)
    .finally(() => socket.destroy())
}

describe("a local cloud", () => {
  it("stops within a second during a call, leaves nothing open and frees its port", async () => {
    const before = openResources(/^TCP|^Timeout|^Immediate/).length
    const stopped = await startCloud({ region: "eu-west-1" })
    const port = Number(new URL(stopped.endpoint).port)
    await expect(startCloud({ region: "eu-west-1", port })).rejects.toThrow("EADDRINUSE")
    const called = new Promise<void>((resolve) => {
      stopped.interceptCall = () => {
        resolve()
        return new Promise(() => {})
      }
    })
    const cut = stopped.clients.sqs.send(new ListQueuesCommand({})).catch(() => "cut")
    await called

    const from = performance.now()
    await stopped.stop()
    expect(performance.now() - from).toBeLessThan(1000)
    expect(await cut).toBe("cut")
    // At most: another file of this worker can have a cloud whose connections are closed meanwhile.
    const open = () => openResources(/^TCP|^Timeout|^Immediate/).length
    await expect.poll(open, { timeout: 1000 }).toBeLessThanOrEqual(before)
    expect((await startTestCloud({ port })).endpoint).toBe(stopped.endpoint)
  })

  it("serves all services on one port of 127.0.0.1 and listens on no other address", async () => {
    const listen = vi.spyOn(Server.prototype, "listen")
    onTestFinished(() => listen.mockRestore())
    const { clients, endpoint } = await startTestCloud()
    await clients.s3.send(new ListBucketsCommand({}))
    await clients.sqs.send(new ListQueuesCommand({}))
    await clients.dynamoDb.send(new ListTablesCommand({}))
    expect(listen).toHaveBeenCalledTimes(1)

    const port = Number(new URL(endpoint).port)
    expect(await connects("127.0.0.1", port)).toBe(true)
    const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? [])
    const external = addresses.filter(({ internal, scopeid }) => !internal && !scopeid)
    for (const address of ["::1", ...external.map((found) => found.address)]) {
      expect(await connects(address, port)).toBe(false)
    }
  })

  it("names tables by its own region and account, not by those of the environment", async () => {
    vi.stubEnv("AWS_REGION", "us-west-2").stubEnv("AWS_ACCOUNT_ID", "123456789012")
    onTestFinished(() => void vi.unstubAllEnvs())
    const { dynamoDb } = (await startTestCloud()).clients
    await dynamoDb.send(new CreateTableCommand({ TableName: "movies", ...moviesTableDefinition }))
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: "movies" }))
    expect(Table?.TableArn).toBe("arn:aws:dynamodb:eu-west-1:000000000000:table/movies")
    expect(process.env["AWS_REGION"]).toBe("us-west-2")
  })

  it("returns a secret by its name, its ARN and its ARN without the suffix, and has no other operation", async () => {
    const { secrets, clients } = cloud
    const arn = secrets.create("imdb/omdb-api-key")
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:imdb\/omdb-api-key-[A-Za-z0-9]{6}$/)
    const get = (SecretId: string, more = {}) =>
      clients.secretsManager.send(new GetSecretValueCommand({ SecretId, ...more }))
    await expect(get(arn)).rejects.toMatchObject({ name: "ResourceNotFoundException" })
    secrets.put(arn, "k3y")
    for (const id of ["imdb/omdb-api-key", arn, arn.slice(0, -7)]) {
      expect(await get(id)).toMatchObject({ ARN: arn, Name: "imdb/omdb-api-key", SecretString: "k3y" })
    }
    await expect(get(arn, { VersionStage: "AWSPREVIOUS" })).rejects.toMatchObject({ name: "NotImplemented" })
    await expect(clients.secretsManager.send(new ListSecretsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException"
    })
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
    const presigned = `/bucket/key?X-Amz-Credential=${cloud.admin.accessKeyId}%2F20261121%2F${cloud.region}%2Fs3%2Faws4_request`
    for (const target of ["/bucket/key", presigned]) {
      const { status, text } = await sendRaw(cloud, target)
      expect(status).toBe(403)
      expect(text).toContain("<Code>AccessDenied</Code>")
    }
    const json = await sendRaw(cloud, "/", { "x-amz-target": "AmazonSQS.ListQueues" }, "POST", "{}")
    expect(json.status).toBe(403)
    expect(json.text).toContain("MissingAuthenticationTokenException")
  })

  it("names the version that a client with SQS's query protocol needs, in that protocol", async () => {
    const headers = {
      ...signedHeaders(cloud, "sqs"),
      "content-type": "application/x-www-form-urlencoded; charset=utf-8"
    }
    const { status, text } = await sendRaw(cloud, "/", headers, "POST", "Action=ListQueues&Version=2012-11-05")
    expect(status).toBe(400)
    expect(text).toMatch(
      /^<ErrorResponse .*<Message>The local cloud has SQS&#39;s JSON protocol only.* AWS CLI 1\.29\.82/
    )
  })

  it("names a service that is not emulated", async () => {
    const { status, text } = await sendRaw(cloud, "/", signedHeaders(cloud, "sts"), "POST")
    expect(status).toBe(400)
    expect(text).toContain("The local cloud has no service sts.")
  })

  it.each([
    [
      "an unknown access key",
      { credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "secret" } },
      ["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"]
    ],
    [
      "another region, except for S3",
      { region: "us-east-1" },
      [undefined, "SignatureDoesNotMatch", "InvalidSignatureException"]
    ]
  ])("refuses a signature of %s, with the error of each service", async (_, config, expected) => {
    const nameOf = (call: Promise<unknown>) =>
      call.then(
        () => undefined,
        ({ name }) => name
      )
    const dynamoDb = new DynamoDBClient({ ...configFor(cloud), ...config })
    expect([
      await nameOf(s3ClientAs(cloud, config).send(new ListBucketsCommand({}))),
      await nameOf(sqsClientAs(cloud, config).send(new ListQueuesCommand({}))),
      await nameOf(dynamoDb.send(new ListTablesCommand({})))
    ]).toEqual(expected)
  })
})
