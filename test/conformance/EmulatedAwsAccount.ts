import { request as ask, type IncomingMessage } from "node:http"
import { buffer } from "node:stream/consumers"
import { ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { ListQueuesCommand } from "@aws-sdk/client-sqs"
import { onTestFinished } from "vitest"
import { listenOnLoopback } from "../../local/cloud/listenOnLoopback.ts"
import { startCloud } from "../../local/cloud/startCloud.ts"
import { startLambda } from "../../local/lambda/Lambda.ts"

/**
 * What the script takes for AWS: a local cloud, with the calls that AWS has besides, which make and remove a secret, a
 * notification and tags. It knows what is left in it.
 */
export const anAccount = async () => {
  const cloud = await startCloud({ region: "eu-central-1" })
  const lambda = startLambda(cloud, { fastForward: false })
  const secrets = new Set<string>()
  const tagged: Array<string> = []

  const own = async ({ url = "", method, headers }: IncomingMessage, body: string): Promise<string | undefined> => {
    const [, bucket = "", query = ""] = /^\/([^/?]+)\/?\?(\w+)/.exec(url) ?? []
    if (method === "PUT" && query === "tagging") {
      tagged.push(body)
      return ""
    }
    if (method === "PUT" && query === "notification") {
      const [, queueArn = ""] = /<Queue>([^<]+)/.exec(body) ?? []
      const [filterPrefix = "", filterSuffix = ""] = [...body.matchAll(/<Value>([^<]+)/g)].map(([, value]) => value)
      const queues = [{ queueArn, events: ["s3:ObjectCreated:*"], filterPrefix, filterSuffix }]
      await lambda.createBucketNotification({ bucket, queues })
      return ""
    }
    switch (headers["x-amz-target"]) {
      case "secretsmanager.CreateSecret": {
        const { Name } = JSON.parse(body)
        secrets.add(Name)
        return JSON.stringify({ Name, ARN: cloud.secrets.create(Name) })
      }
      case "secretsmanager.DeleteSecret": {
        const { SecretId, ForceDeleteWithoutRecovery } = JSON.parse(body)
        if (ForceDeleteWithoutRecovery === true) secrets.delete(SecretId)
        return JSON.stringify({ Name: SecretId })
      }
      default:
        return undefined
    }
  }

  const { host, port } = new URL(cloud.endpoint)
  const forward = ({ method, url: path, headers }: IncomingMessage, body: Buffer) =>
    new Promise<{ readonly reply: IncomingMessage; readonly body: Buffer }>((resolve, reject) => {
      const asking = ask({ hostname: "127.0.0.1", port, method, path, headers: { ...headers, host } }, (reply) => {
        buffer(reply).then((body) => resolve({ reply, body }), reject)
      })
      asking.on("error", reject).end(body)
    })

  const { url, close } = await listenOnLoopback(async (request, response) => {
    const asked = await buffer(request)
    const answer = await own(request, asked.toString())
    if (answer !== undefined) {
      response.end(answer)
      return
    }
    const { reply, body } = await forward(request, asked)
    const isSqs = `${request.headers["x-amz-target"]}`.startsWith("AmazonSQS.")
    // An SDK sends to where a queue's address points, and complains where that is not where it was sent.
    const told = isSqs ? Buffer.from(body.toString().replaceAll(cloud.endpoint, url)) : body
    const { "content-length": _, ...headers } = reply.headers
    response.writeHead(reply.statusCode ?? 500, { ...headers, "content-length": `${told.length}` }).end(told)
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
    tagged,
    /** The names of what there is now. */
    resources: async (): Promise<ReadonlyArray<string>> => {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
      const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand({}))
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
      const names = [...Buckets.map(({ Name }) => Name ?? ""), ...TableNames, ...QueueUrls, ...secrets]
      return names.map((name) => name.slice(name.lastIndexOf("/") + 1))
    }
  }
}
