import { buildApp } from "fauxqs"
import { listenOnLoopback } from "../listenOnLoopback.ts"
import { type Events, makeEvents } from "./events.ts"
import { type FunctionHost, noFunctions } from "./FunctionHost.ts"
import { makeGateway } from "./gateway.ts"
import { allowEverything, type Hooks } from "./hooks.ts"
import { type Clients, makeClients } from "./makeClients.ts"
import { makeDynamoDb } from "./makeDynamoDb.ts"
import { makeLambda } from "./makeLambda.ts"
import { makeSecrets, type Secrets } from "./makeSecrets.ts"
import { makePerform } from "./perform.ts"
import { type Credentials, makePrincipals } from "./principals.ts"
import { accountId } from "./Service.ts"
import { makeS3 } from "./s3/makeS3.ts"
import { makeFauxQueues } from "./sqs/fauxQueues.ts"
import { makeSqs } from "./sqs/makeSqs.ts"
import { makeQueues, type Queues } from "./sqs/queues.ts"

export interface CloudOptions {
  readonly region: string
  /** Absent: any free port. */
  readonly port?: number
}

/** An AWS account in this process. Its hooks, and who runs its functions, may be set at any time. */
export interface Cloud extends Hooks {
  functions: FunctionHost
  /** The one address of all its services, on loopback. */
  readonly endpoint: string
  readonly region: string
  readonly accountId: string
  /** The key of a role, say; whoever signs with it is that principal. The same ARN gets the same key. */
  readonly principal: (arn: string) => Credentials
  /** May do everything, whatever `authorize` says. */
  readonly admin: Credentials
  /** The admin's. */
  readonly clients: Clients
  readonly events: Events
  readonly queues: Queues
  readonly secrets: Secrets
  /** A bucket anywhere; the clients create theirs in their own region. */
  readonly createBucket: (name: string, region: string) => Promise<void>
  /** Ends calls under way, long polls too. */
  readonly stop: () => Promise<void>
}

/** S3, SQS, DynamoDB, Secrets Manager and the calls of Lambda, in memory, behind one port of 127.0.0.1; nothing else listens. */
export const startCloud = async ({ region, port = 0 }: CloudOptions): Promise<Cloud> => {
  const hooks = { ...allowEverything(), functions: noFunctions }
  const events = makeEvents()
  const principals = makePrincipals()
  const { admin } = principals

  const fauxqs = buildApp({ logger: false, defaultRegion: region })
  const fauxQueues = makeFauxQueues(fauxqs.server)
  const queues = makeQueues(fauxqs, fauxQueues)
  await fauxqs.ready()

  const s3 = makeS3(fauxqs.server, events)
  const { secrets, service: secretsmanager } = makeSecrets(region)
  const services = {
    s3: s3.service,
    sqs: makeSqs(fauxQueues, region),
    dynamodb: makeDynamoDb(region),
    secretsmanager,
    lambda: makeLambda(region, () => hooks.functions)
  }
  const perform = makePerform({ adminArn: admin.arn, hooks, events })
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
    principal: principals.of,
    admin,
    clients,
    events,
    queues,
    secrets,
    createBucket: s3.createBucket,
    stop
  })
}
