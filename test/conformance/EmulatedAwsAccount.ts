import { buffer } from "node:stream/consumers"
import { ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { ListQueuesCommand } from "@aws-sdk/client-sqs"
import { onTestFinished } from "vitest"
import { listenOnLoopback } from "../../local/cloud/listenOnLoopback.ts"
import { startCloud } from "../../local/cloud/startCloud.ts"
import { startLambda } from "../../local/lambda/Lambda.ts"

export interface EmulatedAwsAccount {
  /** Variables that direct the AWS SDK to the account. */
  readonly environment: Readonly<Record<string, string>>
  /** The bodies of the PutBucketTagging calls. */
  readonly taggings: ReadonlyArray<string>
  /** The names of the buckets, tables, queues and secrets that exist now. */
  readonly resources: () => Promise<ReadonlyArray<string>>
}

/**
 * A local cloud behind a proxy that adds the API calls it does not have and `conformance --stack` makes: those that
 * create and delete a secret, tag a bucket and set its notification.
 */
export const startEmulatedAwsAccount = async (): Promise<EmulatedAwsAccount> => {
  const cloud = await startCloud({ region: "eu-central-1" })
  const lambda = startLambda(cloud, { fastForward: false })
  const secrets = new Set<string>()
  const taggings: Array<string> = []

  /** Undefined for a call that the local cloud has. */
  const addedCall = async (method: string, url: string, target: string, body: string): Promise<string | undefined> => {
    const [, bucket = "", query = ""] = /^\/([^/?]+)\/?\?(\w+)/.exec(url) ?? []
    if (method === "PUT" && query === "tagging") {
      taggings.push(body)
      return ""
    }
    if (method === "PUT" && query === "notification") {
      const [, queueArn = ""] = /<Queue>([^<]+)/.exec(body) ?? []
      const [filterPrefix = "", filterSuffix = ""] = [...body.matchAll(/<Value>([^<]+)/g)].map(([, value]) => value)
      const queues = [{ queueArn, events: ["s3:ObjectCreated:*"], filterPrefix, filterSuffix }]
      await lambda.createBucketNotification({ bucket, queues })
      return ""
    }
    if (target === "secretsmanager.CreateSecret") {
      const { Name } = JSON.parse(body)
      secrets.add(Name)
      return JSON.stringify({ Name, ARN: cloud.secrets.create(Name) })
    }
    if (target === "secretsmanager.DeleteSecret") {
      const { SecretId, ForceDeleteWithoutRecovery } = JSON.parse(body)
      if (ForceDeleteWithoutRecovery === true) secrets.delete(SecretId)
      return JSON.stringify({ Name: SecretId })
    }
    return undefined
  }

  const { url, close } = await listenOnLoopback(async (request, response) => {
    const { method = "GET", url: path = "/" } = request
    const target = `${request.headers["x-amz-target"]}`
    const body = await buffer(request)
    const added = await addedCall(method, path, target, body.toString())
    if (added !== undefined) {
      response.end(added)
      return
    }
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers
    const reply = await fetch(`${cloud.endpoint}${path}`, {
      method,
      headers: new Headers(Object.entries(headers).map(([name, value]) => [name, `${value}`])),
      ...(body.length > 0 && { body: new Uint8Array(body) })
    })
    const bytes = Buffer.from(await reply.arrayBuffer())
    // The SDK warns about a queue URL that is not at its endpoint.
    const isSqs = target.startsWith("AmazonSQS.")
    const content = isSqs ? Buffer.from(bytes.toString().replaceAll(cloud.endpoint, url)) : bytes
    const replyHeaders = { ...Object.fromEntries(reply.headers), "content-length": `${content.length}` }
    response.writeHead(reply.status, replyHeaders).end(content)
  }, 0)
  onTestFinished(async () => {
    await close()
    await lambda.stop()
    await cloud.stop()
  })

  const { s3, dynamoDb, sqs } = cloud.clients
  return {
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: cloud.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.admin.secretAccessKey
    },
    taggings,
    resources: async () => {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
      const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand({}))
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
      const names = [...Buckets.map(({ Name }) => Name ?? ""), ...TableNames, ...QueueUrls, ...secrets]
      return names.map((name) => name.slice(name.lastIndexOf("/") + 1))
    }
  }
}
