import { request } from "node:http"
import { buffer } from "node:stream/consumers"
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3"
import { CreateQueueCommand, type QueueAttributeName, SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs"
import { afterAll, afterEach, onTestFinished } from "vitest"
import type { CallEvent, ObjectCreated } from "../../../local/cloud/cloudEvents.ts"
import { type AccessDecision, type AuthorizationRequest, allowAllCalls } from "../../../local/cloud/executeCall.ts"
import { type Cloud, type CloudOptions, startCloud } from "../../../local/cloud/startCloud.ts"

/** A cloud that is stopped after the test. */
export const startTestCloud = async (options: Partial<CloudOptions> = {}): Promise<Cloud> => {
  const cloud = await startCloud({ region: "eu-west-1", ...options })
  onTestFinished(() => cloud.stop())
  return cloud
}

/** A cloud for the tests of a file. Its interceptors and event listeners are removed after each test. */
export const startSharedCloud = async (): Promise<Cloud> => {
  const cloud = await startCloud({ region: "eu-west-1" })
  afterEach(() => {
    Object.assign(cloud, allowAllCalls())
    cloud.events.removeAllListeners()
  })
  afterAll(() => cloud.stop())
  return cloud
}

let created = 0

export const createBucket = async (cloud: Cloud): Promise<string> => {
  const name = `bucket-${++created}`
  await cloud.createBucket(name, cloud.region)
  return name
}

/** Returns the URL of a new queue. */
export const createQueue = async (
  { clients }: Cloud,
  Attributes: Partial<Record<QueueAttributeName, string>> = {}
): Promise<string> => {
  const QueueName = `queue-${++created}${Attributes.FifoQueue === "true" ? ".fifo" : ""}`
  const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  return QueueUrl
}

export const testRole = "arn:aws:iam::000000000000:role/enrich"

/** A client without retries, with the credentials of the test's role. */
export const configFor = (cloud: Cloud) => ({
  endpoint: cloud.endpoint,
  region: cloud.region,
  credentials: cloud.credentialsFor(testRole),
  maxAttempts: 1
})

export const s3ClientAs = (cloud: Cloud, more: S3ClientConfig = {}): S3Client => {
  const client = new S3Client({ ...configFor(cloud), ...more })
  onTestFinished(() => client.destroy())
  return client
}

export const sqsClientAs = (cloud: Cloud, more: SQSClientConfig = {}): SQSClient => {
  const client = new SQSClient({ ...configFor(cloud), ...more })
  onTestFinished(() => client.destroy())
  return client
}

export const recordCalls = (cloud: Cloud): ReadonlyArray<CallEvent> => {
  const calls: Array<CallEvent> = []
  cloud.events.on("call", (call) => calls.push(call))
  return calls
}

export const recordObjects = (cloud: Cloud): ReadonlyArray<ObjectCreated> => {
  const objects: Array<ObjectCreated> = []
  cloud.events.on("objectCreated", (object) => objects.push(object))
  return objects
}

/** Denies these IAM actions. */
export const denyActions =
  (...actions: ReadonlyArray<string>) =>
  ({ principalArn, action, resources }: AuthorizationRequest): AccessDecision =>
    actions.includes(action)
      ? { allowed: false, message: `User: ${principalArn} is not authorized to perform: ${action} on: ${resources}` }
      : { allowed: true }

/** Sends a request without an SDK, which would sign it, fold its path and add headers. */
export const sendRaw = (
  cloud: Cloud,
  target: string,
  headers: Record<string, string> = {},
  method = "GET",
  body = ""
): Promise<{ readonly status: number | undefined; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(cloud.endpoint)
    const sent = request({ hostname, port, path: target, method, headers, agent: false }, async (response) => {
      resolve({ status: response.statusCode, text: (await buffer(response)).toString() })
    })
    sent.on("error", reject).end(body)
  })

/** Signatures are not verified: the access key id identifies the caller. */
export const signedHeaders = (cloud: Cloud, service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${cloud.admin.accessKeyId}/20261121/${cloud.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
})
