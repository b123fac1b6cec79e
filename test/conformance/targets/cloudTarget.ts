import { randomBytes } from "node:crypto"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { variable } from "../../../domain/variables.ts"
import { MoveTasks } from "../../../operator/aws/MoveTasks.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import { makeSqsCall } from "../../../operator/aws/SqsCall.ts"
import { AwsClientSettings, clientOptions } from "../../../services/AwsClient.ts"
import { DynamoDb } from "../../../services/DynamoDb.ts"
import { S3 } from "../../../services/S3.ts"
import { Secrets, SecretUnreadable } from "../../../services/Secrets.ts"
import { Sqs } from "../../../services/Sqs.ts"
import { ConformanceTarget, type Delivery, type RunningTarget, type TargetUnavailable } from "../ConformanceTarget.ts"
import { scratchBucket, scratchQueue, scratchQueueWithDeadLetters, scratchTable } from "./scratchResources.ts"

type Settings = typeof AwsClientSettings.Service

/** The differences between the two targets that are called over AWS's protocols. */
export interface Cloud {
  readonly name: RunningTarget["name"]
  readonly settings: Settings
  readonly visibilitySeconds: number
  readonly pollSeconds: number
  /** How long a new queue must not be used. */
  readonly queueSettles: Duration.Input
  readonly patience: Duration.Input
  readonly createSecret: (name: string, clients: Clients) => Effect.Effect<Secret, TargetUnavailable, Scope.Scope>
  /** Makes the bucket notify the queue of every `csv/….csv`. */
  readonly notify: (
    bucket: string,
    queue: { readonly url: string; readonly arn: string },
    clients: Clients
  ) => Effect.Effect<void, TargetUnavailable>
}

interface Secret {
  readonly id: string
  readonly set: (text: string) => Effect.Effect<void, TargetUnavailable>
}

export interface Clients {
  readonly s3: S3Client
  readonly sqs: SQSClient
  readonly dynamoDb: DynamoDBClient
  readonly secretsManager: SecretsManagerClient
}

const makeClients = (settings: Settings): Effect.Effect<Clients, never, Scope.Scope> => {
  const options = { ...clientOptions, ...settings }
  return Effect.acquireRelease(
    Effect.sync(() => ({
      s3: new S3Client(options),
      sqs: new SQSClient(options),
      dynamoDb: new DynamoDBClient(options),
      secretsManager: new SecretsManagerClient(options)
    })),
    (clients) =>
      Effect.sync(() => {
        for (const client of Object.values(clients)) client.destroy()
      })
  )
}

/** Reads the OMDb key with a new instance of the service, so that no earlier value is cached. */
export const readSecretWith = (secrets: typeof Secrets.layer) => (id: string) =>
  Secrets.use(({ omdbApiKey }) => omdbApiKey).pipe(
    Effect.map(Redacted.value),
    Effect.provide(Layer.fresh(secrets)),
    Effect.catchTag("ConfigError", ({ message }) => new SecretUnreadable({ secret: id, detail: message })),
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromUnknown({ [variable.omdbApiKeySecret]: id })
    )
  )

const makeTarget = Effect.fnUntraced(function* (cloud: Cloud) {
  const { settings, visibilitySeconds, pollSeconds, queueSettles, patience } = cloud
  const clients = yield* makeClients(settings)
  const { s3, sqs, dynamoDb } = clients
  const callSqs = yield* Effect.provideService(makeSqsCall, AwsClientSettings, settings)
  const name = `imdb-etl-conformance-${randomBytes(5).toString("hex")}`

  const [bucket, table, secret, notified] = yield* Effect.all(
    [
      scratchBucket(s3, name),
      scratchTable(dynamoDb, name),
      cloud.createSecret(name, clients),
      scratchQueue(sqs, `${name}-notifications`)
    ],
    { concurrency: "unbounded" }
  )
  yield* cloud.notify(bucket, notified, clients)
  let queues = 0

  return ConformanceTarget.of({
    bucket,
    table,
    secretId: secret.id,
    setSecret: secret.set,
    readSecret: readSecretWith(Secrets.layer.pipe(Layer.provide(Layer.succeed(AwsClientSettings, settings)))),
    newQueue: (type, seconds = visibilitySeconds) =>
      scratchQueueWithDeadLetters(sqs, `${name}-${++queues}`, type, seconds).pipe(
        Effect.tap(Effect.sleep(queueSettles))
      ),
    visibilitySeconds,
    notificationQueue: notified.url,
    receive: Effect.fnUntraced(function* (QueueUrl, atMost) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: atMost,
        WaitTimeSeconds: pollSeconds,
        MessageSystemAttributeNames: ["All"]
      })
      const { Messages = [] } = yield* callSqs(QueueUrl, (client, options) => client.send(command, options))
      return Messages.map(deliveryOf)
    }),
    deleteMessage: (QueueUrl, ReceiptHandle) => {
      const command = new DeleteMessageCommand({ QueueUrl, ReceiptHandle })
      return Effect.asVoid(callSqs(QueueUrl, (client, options) => client.send(command, options)))
    },
    sleep: Effect.sleep,
    patience
  })
})

const deliveryOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message): Delivery => ({
  messageId: MessageId ?? "",
  receiptHandle: ReceiptHandle ?? "",
  body: Body ?? "",
  receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 0),
  groupId: Attributes?.MessageGroupId
})

/** Creates the scratch resources and provides the live services; both end with the scope. */
export const startCloudTarget = (cloud: Cloud) =>
  Layer.mergeAll(
    Layer.effect(ConformanceTarget, makeTarget(cloud)),
    Layer.mergeAll(S3.layer, Sqs.layer, DynamoDb.layer, Queues.layer, MoveTasks.layer).pipe(
      // Two targets in one process must not share clients.
      Layer.fresh,
      Layer.provide(Layer.succeed(AwsClientSettings, cloud.settings))
    )
  ).pipe(
    Layer.build,
    Effect.map((services): RunningTarget => {
      return { name: cloud.name, run: (effect) => effect.pipe(Effect.scoped, Effect.provideContext(services)) }
    })
  )
