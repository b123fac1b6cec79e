import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { SQSClient } from "@aws-sdk/client-sqs"
import { buildApp } from "fauxqs"
import { type CloudEvents, makeCloudEvents } from "./cloudEvents.ts"
import { makeDynamoDb } from "./dynamoDb.ts"
import { allowAllCalls, type CallInterceptors, makeExecuteCall } from "./executeCall.ts"
import { makeGateway } from "./gateway.ts"
import { type FunctionHost, makeLambdaApi, noFunctions } from "./lambdaApi.ts"
import { listenOnLoopback } from "./listenOnLoopback.ts"
import { type Credentials, makePrincipals } from "./requestSigning.ts"
import { accountId } from "./Service.ts"
import { makeS3 } from "./s3/s3.ts"
import { makeSecretsManager, type SecretStore } from "./secretsManager.ts"
import { makeQueueInspector, type QueueInspector } from "./sqs/queueInspector.ts"
import { makeFauxqsQueues, makeSqs } from "./sqs/sqs.ts"

export interface CloudOptions {
  readonly region: string
  /** Absent: any free port. */
  readonly port?: number
}

/** An AWS account in this process. Its hooks, and who runs its functions, may be set at any time. */
export interface Cloud extends CallInterceptors {
  functions: FunctionHost
  /** The one address of all its services, on loopback. */
  readonly endpoint: string
  readonly region: string
  readonly accountId: string
  /** The key of a role, say; whoever signs with it is that principal. The same ARN gets the same key. */
  readonly credentialsFor: (arn: string) => Credentials
  /** May do everything, whatever `authorize` says. */
  readonly admin: Credentials
  /** The admin's. */
  readonly clients: Clients
  readonly events: CloudEvents
  readonly queues: QueueInspector
  readonly secrets: SecretStore
  /** A bucket anywhere; the clients create theirs in their own region. */
  readonly createBucket: (name: string, region: string) => Promise<void>
  /** Ends calls under way, long polls too. */
  readonly stop: () => Promise<void>
}

/** S3, SQS, DynamoDB, Secrets Manager and the calls of Lambda, in memory, behind one port of 127.0.0.1; nothing else listens. */
export const startCloud = async ({ region, port = 0 }: CloudOptions): Promise<Cloud> => {
  const hooks = { ...allowAllCalls(), functions: noFunctions }
  const events = makeCloudEvents()
  const principals = makePrincipals()
  const { admin } = principals

  const fauxqs = buildApp({ logger: false, defaultRegion: region })
  const fauxQueues = makeFauxqsQueues(fauxqs.server)
  const queues = makeQueueInspector(fauxqs, fauxQueues)
  await fauxqs.ready()

  const s3 = makeS3(fauxqs.server, events)
  const { secrets, service: secretsmanager } = makeSecretsManager(region)
  const services = {
    s3: s3.service,
    sqs: makeSqs(fauxQueues, region),
    dynamodb: makeDynamoDb(region),
    secretsmanager,
    lambda: makeLambdaApi(region, () => hooks.functions)
  }
  const perform = makeExecuteCall({ adminArn: admin.arn, hooks, events })
  const { url: endpoint, close } = await listenOnLoopback(makeGateway({ services, principals, perform }), port)
  const clients = makeClients(endpoint, region, admin)

  const stop = async () => {
    clients.destroy()
    await close()
    await fauxqs.close()
  }
  return Object.assign(hooks, {
    endpoint,
    region,
    accountId,
    credentialsFor: principals.of,
    admin,
    clients,
    events,
    queues,
    secrets,
    createBucket: s3.createBucket,
    stop
  })
}

export interface Clients {
  readonly s3: S3Client
  /** For a bucket in another region: to follow the redirect there would make concurrent calls of one client fail. */
  readonly s3In: (region: string) => S3Client
  readonly sqs: SQSClient
  readonly dynamoDb: DynamoDBClient
  readonly secretsManager: SecretsManagerClient
  readonly destroy: () => void
}

/** The operator's clients of the cloud, for what has to be provisioned and looked at. */
export const makeClients = (endpoint: string, region: string, credentials: Credentials): Clients => {
  const config = { endpoint, region, credentials }
  const s3s = new Map<string, S3Client>()
  const s3In = (bucketRegion: string): S3Client => {
    const known = s3s.get(bucketRegion) ?? new S3Client({ ...config, region: bucketRegion })
    s3s.set(bucketRegion, known)
    return known
  }
  const sqs = new SQSClient(config)
  const dynamoDb = new DynamoDBClient(config)
  const secretsManager = new SecretsManagerClient(config)
  const destroy = () => {
    for (const client of [...s3s.values(), sqs, dynamoDb, secretsManager]) client.destroy()
  }
  return { s3: s3In(region), s3In, sqs, dynamoDb, secretsManager, destroy }
}
