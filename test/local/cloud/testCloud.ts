import { request } from "node:http"
import { buffer } from "node:stream/consumers"
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3"
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs"
import { onTestFinished } from "vitest"
import type { CallEvent, ObjectCreated } from "../../../local/cloud/cloudEvents.ts"
import type { AccessDecision, AuthorizationRequest } from "../../../local/cloud/executeCall.ts"
import { type Cloud, type CloudOptions, startCloud } from "../../../local/cloud/startCloud.ts"

/** A cloud that goes with the test. */
export const startTestCloud = async (options: Partial<CloudOptions> = {}): Promise<Cloud> => {
  const cloud = await startCloud({ region: "eu-west-1", ...options })
  onTestFinished(() => cloud.stop())
  return cloud
}

export const testRole = "arn:aws:iam::000000000000:role/enrich"

export const s3ClientAs = (cloud: Cloud, more: S3ClientConfig = {}): S3Client => {
  const client = new S3Client({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentialsFor(testRole),
    maxAttempts: 1,
    ...more
  })
  onTestFinished(() => client.destroy())
  return client
}

export const sqsClientAs = (cloud: Cloud, more: SQSClientConfig = {}): SQSClient => {
  const client = new SQSClient({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentialsFor(testRole),
    maxAttempts: 1,
    ...more
  })
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

/** Denies these actions, in IAM's words. */
export const denyActions =
  (...actions: ReadonlyArray<string>) =>
  ({ principalArn, action, resources }: AuthorizationRequest): AccessDecision =>
    actions.includes(action)
      ? { allowed: false, message: `User: ${principalArn} is not authorized to perform: ${action} on: ${resources}` }
      : { allowed: true }

/** A request as it stands: no client that would sign it, fold its path or choose its headers. */
export const sendRaw = (
  cloud: Cloud,
  target: string,
  headers: Record<string, string> = {},
  method = "GET",
  body = ""
): Promise<{ readonly status: number | undefined; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(cloud.endpoint)
    const asking = request({ hostname, port, path: target, method, headers, agent: false }, async (answer) => {
      resolve({ status: answer.statusCode, text: (await buffer(answer)).toString() })
    })
    asking.on("error", reject).end(body)
  })

/** A header that names the caller; the cloud believes any signature under a key it knows. */
export const signedHeaders = (cloud: Cloud, service: string, region = cloud.region, key = cloud.admin.accessKeyId) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
})
