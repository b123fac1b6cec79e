import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { expect, it } from "vitest"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import { sendRaw, signedHeaders, startTestCloud } from "./testCloud.ts"

const open = (kind: RegExp) => process.getActiveResourcesInfo().filter((name) => kind.test(name))

const reaches = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 })
    const end = (reached: boolean) => () => {
      socket.destroy()
      resolve(reached)
    }
    socket.on("connect", end(true)).on("error", end(false)).on("timeout", end(false))
  })

it("serves all its services on one loopback port and listens nowhere else", async () => {
  const before = open(/^TCPServer/).length
  const { clients, endpoint } = await startTestCloud()
  await clients.s3.send(new ListBucketsCommand({}))
  await clients.sqs.send(new ListQueuesCommand({}))
  await clients.dynamoDb.send(new ListTablesCommand({}))
  expect(open(/^TCPServer/)).toHaveLength(before + 1)
  expect(new URL(endpoint).hostname).toBe("127.0.0.1")

  const port = Number(new URL(endpoint).port)
  expect(await reaches("127.0.0.1", port)).toBe(true)
  const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  for (const { address, internal, scopeid } of outside) {
    if (!internal && !scopeid) expect(await reaches(address, port)).toBe(false)
  }
  expect(await reaches("::1", port)).toBe(false)
})

it("listens on the port it is told to, and says so if that is taken", async () => {
  const first = await startTestCloud()
  const port = Number(new URL(first.endpoint).port)
  await expect(startCloud({ region: "eu-west-1", port })).rejects.toThrow("EADDRINUSE")
  await first.stop()
  expect((await startTestCloud({ port })).endpoint).toBe(first.endpoint)
})

it("stops within a second, long polls under way included, and leaves nothing open", async () => {
  const cloud = await startCloud({ region: "eu-west-1" })
  const { QueueUrl } = await cloud.clients.sqs.send(new CreateQueueCommand({ QueueName: "movies" }))
  const poll = cloud.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).catch(() => "cut")
  await new Promise((resolve) => setTimeout(resolve, 50))

  const from = performance.now()
  await cloud.stop()
  expect(performance.now() - from).toBeLessThan(1000)
  expect(await poll).toBe("cut")
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(open(/^TCP|^Timeout|^Immediate/)).toEqual([])
  await cloud.stop()
})

it("gives the same principal the same key, and different ones different keys", async () => {
  const { credentialsFor: principal } = await startTestCloud()
  const [enrich, load] = [
    principal("arn:aws:iam::000000000000:role/enrich"),
    principal("arn:aws:iam::000000000000:role/load")
  ]
  expect(principal(enrich.arn)).toBe(enrich)
  expect(load.accessKeyId).not.toBe(enrich.accessKeyId)
})

it("answers 421 to a foreign host and 403 to another site's page", async () => {
  const cloud = await startTestCloud()
  const authorization = signedHeaders(cloud, "s3")
  expect((await sendRaw(cloud, "/", { ...authorization, host: "evil.example" })).status).toBe(421)
  expect((await sendRaw(cloud, "/", { ...authorization, origin: "https://evil.example" })).status).toBe(403)
  expect((await sendRaw(cloud, "/", { ...authorization, origin: cloud.endpoint })).status).toBe(200)
})

it("refuses what is not signed, in the form of the service it seems to be for", async () => {
  const cloud = await startTestCloud()
  const s3 = await sendRaw(cloud, "/bucket/key")
  expect(s3.status).toBe(403)
  expect(s3.text).toContain("<Code>AccessDenied</Code>")
  const sqs = await sendRaw(cloud, "/", { "x-amz-target": "AmazonSQS.ListQueues" }, "POST", "{}")
  expect(sqs.status).toBe(403)
  expect(sqs.text).toContain("MissingAuthenticationTokenException")
})

it("names a service that it does not have", async () => {
  const cloud = await startTestCloud()
  const { status, text } = await sendRaw(cloud, "/", signedHeaders(cloud, "sts"), "POST")
  expect(status).toBe(400)
  expect(text).toContain("The local cloud has no service sts.")
})
