import { randomInt } from "node:crypto"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { SQSClient } from "@aws-sdk/client-sqs"
import { buildApp } from "fauxqs"
import { SeededRandom } from "../SeededRandom.ts"
import { type CloudEvents, makeCloudEvents } from "./cloudEvents.ts"
import { makeDynamoDb } from "./dynamoDb.ts"
import { allowAllCalls, type CallInterceptors, makeExecuteCall } from "./executeCall.ts"
import { makeGateway, maxBodyBytes } from "./gateway.ts"
import { type FunctionHost, makeLambdaApi, noFunctions } from "./lambdaApi.ts"
import { listenOnLoopback } from "./listenOnLoopback.ts"
import { type LogStore, makeLogs } from "./logs.ts"
import { type Credentials, makePrincipals } from "./requestSigning.ts"
import { accountId } from "./Service.ts"
import { makeS3 } from "./s3/s3.ts"
import { makeSecretsManager, type SecretStore } from "./secretsManager.ts"
import { makeSns, type TopicStore } from "./sns.ts"
import { makeDeduplicationIds } from "./sqs/deduplicationIds.ts"
import { fifoStores } from "./sqs/fifoReceives.ts"
import { makeQueueInspector, type QueueInspector } from "./sqs/queueInspector.ts"
import { makeCallFauxqs, makeSqs } from "./sqs/sqs.ts"

export interface CloudOptions {
  readonly region: string
  /** By default any free port. */
  readonly port?: number
  /** Of the orders that AWS leaves open; by default a new one. */
  readonly seed?: number
}

interface Clients {
  readonly s3: S3Client
  /** For a bucket in another region: following its redirect makes concurrent calls of the same client fail. */
  readonly s3In: (region: string) => S3Client
  readonly sqs: SQSClient
  readonly dynamoDb: DynamoDBClient
  readonly secretsManager: SecretsManagerClient
  readonly destroy: () => void
}

const makeClients = (endpoint: string, region: string, credentials: Credentials): Clients => {
  const config = { endpoint, region, credentials }
  const s3ByRegion = new Map<string, S3Client>()
  const s3In = (bucketRegion: string): S3Client => {
    const client = s3ByRegion.get(bucketRegion) ?? new S3Client({ ...config, region: bucketRegion })
    s3ByRegion.set(bucketRegion, client)
    return client
  }
  const sqs = new SQSClient(config)
  const dynamoDb = new DynamoDBClient(config)
  const secretsManager = new SecretsManagerClient(config)
  const destroy = () => {
    for (const client of [...s3ByRegion.values(), sqs, dynamoDb, secretsManager]) client.destroy()
  }
  return { s3: s3In(region), s3In, sqs, dynamoDb, secretsManager, destroy }
}

/** An AWS account in this process. Its interceptors and its function host can be replaced at any time. */
export interface Cloud extends CallInterceptors {
  functions: FunctionHost
  /** The one address of all services, on loopback. */
  readonly endpoint: string
  readonly region: string
  readonly accountId: string
  /** Decides what AWS leaves open: the order of deliveries, and which idle environment an invocation gets. */
  readonly random: SeededRandom
  readonly seed: number
  /** Credentials of the principal with this ARN, such as a role; the same for the same ARN. */
  readonly credentialsFor: (arn: string) => Credentials
  /** Every call of the admin is allowed, without `authorize`. */
  readonly admin: Credentials
  /** With the admin's credentials. */
  readonly clients: Clients
  readonly events: CloudEvents
  readonly queues: QueueInspector
  readonly secrets: SecretStore
  readonly topics: TopicStore
  readonly logs: LogStore
  /** To be called when waiting is fast-forwarded by this time: it ends SQS's deduplication windows. */
  readonly passTime: (ms: number) => void
  /** Creates a bucket in any region; the clients create buckets in their own region. */
  readonly createBucket: (name: string, region: string) => Promise<void>
  /** Stores an object without an event. */
  readonly restoreObject: (bucket: string, key: string, body: Uint8Array) => Promise<void>
  /** Ends calls in progress. */
  readonly stop: () => Promise<void>
}

/** S3, SQS, SNS, DynamoDB, Secrets Manager, CloudWatch Logs and Lambda, in memory, on one port of 127.0.0.1. */
export const startCloud = async ({ region, port = 0, seed = randomInt(1_000_000) }: CloudOptions): Promise<Cloud> => {
  const random = new SeededRandom(seed)
  const settings = { ...allowAllCalls(), functions: noFunctions }
  const events = makeCloudEvents()
  const principals = makePrincipals()
  const { admin, credentialsFor } = principals

  const fauxqs = buildApp({ logger: false, defaultRegion: region, stores: fifoStores() })
  // Its own parser accepts 11 MB. This one is for every content type that has no parser of its own.
  fauxqs.addContentTypeParser(/^/, { parseAs: "buffer", bodyLimit: maxBodyBytes }, (_, body, done) => done(null, body))
  const callFauxqs = makeCallFauxqs(fauxqs.server)
  const queues = makeQueueInspector(fauxqs, callFauxqs)
  await fauxqs.ready()

  const deduplicationIds = makeDeduplicationIds()
  const s3 = makeS3(fauxqs.server, events)
  const sns = makeSns(region, events)
  const logs = makeLogs(region)
  const { secrets, service: secretsmanager } = makeSecretsManager(region)
  const services = {
    s3: s3.service,
    sqs: makeSqs(callFauxqs, region, deduplicationIds, random),
    sns: sns.service,
    dynamodb: makeDynamoDb(region),
    secretsmanager,
    logs: logs.service,
    lambda: makeLambdaApi(region, () => settings.functions)
  }
  const executeCall = makeExecuteCall({ adminArn: admin.arn, interceptors: settings, events })
  const gateway = makeGateway({ services, principals, executeCall, region })
  const { url: endpoint, close } = await listenOnLoopback(gateway, port)
  const clients = makeClients(endpoint, region, admin)

  const stop = async () => {
    clients.destroy()
    await close()
    await fauxqs.close()
  }
  const { createBucket, restoreObject } = s3
  return Object.assign(settings, {
    endpoint,
    region,
    accountId,
    random,
    seed,
    credentialsFor,
    admin,
    clients,
    events,
    queues,
    secrets,
    topics: sns.topics,
    logs: logs.logs,
    passTime: deduplicationIds.passTime,
    createBucket,
    restoreObject,
    stop
  })
}
