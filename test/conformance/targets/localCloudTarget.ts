import { buffer } from "node:stream/consumers"
import { ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { ListQueuesCommand } from "@aws-sdk/client-sqs"
import * as Effect from "effect/Effect"
import { listenOnLoopback } from "../../../local/cloud/listenOnLoopback.ts"
import { startCloud } from "../../../local/cloud/startCloud.ts"
import { startLambda } from "../../../local/lambda/Lambda.ts"
import { startAwsTarget } from "./awsTarget.ts"

const acquire = <A>(start: () => Promise<A>, stop: (started: A) => Promise<unknown>) =>
  Effect.acquireRelease(Effect.promise(start), (started) => Effect.promise(() => stop(started)))

/**
 * A local cloud behind a proxy that adds the API calls it does not have and the scratch resources need: those that
 * create and delete a secret, tag a bucket and set its notification.
 */
export const startLocalAccount = Effect.gen(function* () {
  const cloud = yield* acquire(
    () => startCloud({ region: "eu-central-1" }),
    ({ stop }) => stop()
  )
  const lambda = yield* acquire(
    async () => startLambda(cloud, { fastForward: false }),
    (started) => started.stop()
  )
  const secrets = new Set<string>()
  const requests: Array<string> = []

  /** Undefined for a call that the local cloud has. */
  const addedCall = async (request: string, body: string): Promise<string | undefined> => {
    const [, bucket = "", parameter] = /^PUT \/([^/?]+)\/?\?(tagging|notification)/.exec(request) ?? []
    if (parameter === "notification") {
      const [, queueArn = ""] = /<Queue>([^<]+)/.exec(body) ?? []
      const [filterPrefix = "", filterSuffix = ""] = [...body.matchAll(/<Value>([^<]+)/g)].map(([, value]) => value)
      const queues = [{ id: "csv", queueArn, filterPrefix, filterSuffix }]
      await lambda.createBucketNotification({ bucket, queues })
    }
    if (parameter !== undefined) return ""
    if (request.endsWith("secretsmanager.CreateSecret")) {
      const { Name } = JSON.parse(body)
      secrets.add(Name)
      return JSON.stringify({ Name, ARN: cloud.secrets.create(Name) })
    }
    if (request.endsWith("secretsmanager.DeleteSecret")) {
      const { SecretId, ForceDeleteWithoutRecovery } = JSON.parse(body)
      if (ForceDeleteWithoutRecovery === true) secrets.delete(SecretId)
      return JSON.stringify({ Name: SecretId })
    }
    return undefined
  }

  const { url } = yield* acquire(
    () =>
      listenOnLoopback(async (incoming, response) => {
        const { method = "GET", url: path = "/" } = incoming
        const { host: _, connection: __, "content-length": ___, ...headers } = incoming.headers
        const body = await buffer(incoming)
        const request = `${method} ${path} ${headers["x-amz-target"]}`
        requests.push(`${request} ${body.subarray(0, 2_000)}`)
        const added = await addedCall(request, body.toString())
        if (added !== undefined) return void response.end(added)
        const reply = await fetch(`${cloud.endpoint}${path}`, {
          method,
          headers: new Headers(Object.entries(headers).map(([name, value]) => [name, `${value}`])),
          ...(body.length > 0 && { body: new Uint8Array(body) })
        })
        const bytes = Buffer.from(await reply.arrayBuffer())
        // The SDK warns about a queue URL that is not at its endpoint.
        const isSqs = request.includes("AmazonSQS.")
        const content = isSqs ? Buffer.from(bytes.toString().replaceAll(cloud.endpoint, url)) : bytes
        const length = method === "HEAD" ? {} : { "content-length": `${content.length}` }
        response.writeHead(reply.status, { ...Object.fromEntries(reply.headers), ...length }).end(content)
      }, 0),
    ({ close }) => close()
  )

  /** The buckets, tables, queues and secrets that exist now. */
  const resources = Effect.promise(async () => {
    const { s3, dynamoDb, sqs } = cloud.clients
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
    const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand({}))
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
    return [...Buckets.map(({ Name }) => Name), ...TableNames, ...QueueUrls, ...secrets]
  })
  return { cloud, url, requests, resources }
})

export const startLocalCloudTarget = Effect.gen(function* () {
  const { cloud, url } = yield* startLocalAccount
  const { accessKeyId, secretAccessKey } = cloud.admin
  const settings = { endpoint: url, region: cloud.region, credentials: { accessKeyId, secretAccessKey } }
  const timing = { visibilitySeconds: 4, pollSeconds: 0, queueSettles: 0, patience: "20 seconds" } as const
  return yield* startAwsTarget(settings, "local cloud", timing)
})
