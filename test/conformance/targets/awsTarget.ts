import { randomBytes } from "node:crypto"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { variable } from "../../../domain/variables.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import { makeSqsCall } from "../../../operator/aws/SqsCall.ts"
import { AwsClientSettings, clientOptions } from "../../../services/AwsClient.ts"
import { DynamoDb } from "../../../services/DynamoDb.ts"
import { S3 } from "../../../services/S3.ts"
import { Secrets, SecretUnreadable } from "../../../services/Secrets.ts"
import { Sqs } from "../../../services/Sqs.ts"
import { ConformanceTarget, type RunningTarget } from "../ConformanceTarget.ts"
import { notify, scratchBucket, scratchQueue, scratchSecret, scratchTable } from "./scratchResources.ts"

type Settings = typeof AwsClientSettings.Service

interface Timing {
  readonly visibilitySeconds: number
  readonly pollSeconds: number
  /** How long a new queue must not be used. */
  readonly queueSettles: Duration.Input
  readonly patience: Duration.Input
}

const awsTiming: Timing = {
  visibilitySeconds: 10,
  // Short polling queries only some of the SQS servers and may return nothing.
  pollSeconds: 2,
  // A new queue can be used after one second.
  queueSettles: "2 seconds",
  // The depth of a queue is exact about a minute after the last change.
  patience: "2 minutes"
}

const makeClients = (settings: Settings) => {
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

const makeTarget = Effect.fnUntraced(function* (settings: Settings, timing: Timing) {
  const { visibilitySeconds, pollSeconds, queueSettles, patience } = timing
  const clients = yield* makeClients(settings)
  const { s3, sqs, dynamoDb, secretsManager } = clients
  const callSqs = yield* Effect.provideService(makeSqsCall, AwsClientSettings, settings)
  const name = `imdb-etl-conformance-${randomBytes(5).toString("hex")}`

  const [bucket, table, setSecret, notified] = yield* Effect.all(
    [
      scratchBucket(s3, name),
      scratchTable(dynamoDb, name),
      scratchSecret(secretsManager, name),
      scratchQueue(sqs, `${name}-notifications`)
    ],
    { concurrency: "unbounded" }
  )
  yield* notify(clients, bucket, notified)
  let queues = 0

  return ConformanceTarget.of({
    bucket,
    table,
    secretId: name,
    setSecret,
    readSecret: readSecretWith(Secrets.layer.pipe(Layer.provide(Layer.succeed(AwsClientSettings, settings)))),
    newQueue: Effect.fnUntraced(function* (type, seconds = visibilitySeconds) {
      const [prefix, suffix] = [`${name}-${++queues}`, type === "fifo" ? ".fifo" : ""]
      const deadLetterQueue = yield* scratchQueue(sqs, `${prefix}-dead-letters${suffix}`)
      const { url } = yield* scratchQueue(sqs, `${prefix}${suffix}`, {
        VisibilityTimeout: `${seconds}`,
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount: 3 })
      })
      yield* Effect.sleep(queueSettles)
      return { url, deadLetterQueueUrl: deadLetterQueue.url }
    }),
    visibilitySeconds,
    notificationQueue: notified.url,
    receive: Effect.fnUntraced(function* (QueueUrl, atMost) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: atMost,
        WaitTimeSeconds: pollSeconds,
        MessageSystemAttributeNames: ["All"]
      })
      const { Messages = [] } = yield* callSqs(QueueUrl, command)
      return Messages.map(({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {} }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        receiveCount: Number(Attributes.ApproximateReceiveCount),
        groupId: Attributes.MessageGroupId
      }))
    }),
    deleteMessage: (QueueUrl, ReceiptHandle) =>
      Effect.asVoid(callSqs(QueueUrl, new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))),
    sleep: Effect.sleep,
    patience
  })
})

/**
 * AWS in the account and region of a deployed stack, whose own resources are not used, or a substitute with the same
 * API. Creates the scratch resources and provides the live services; both end with the scope.
 */
export const startAwsTarget = (settings: Settings, name: RunningTarget["name"] = "AWS", timing = awsTiming) =>
  Layer.mergeAll(
    Layer.effect(ConformanceTarget, makeTarget(settings, timing)),
    Layer.mergeAll(S3.layer, Sqs.layer, DynamoDb.layer, Queues.layer).pipe(
      // Two targets in one process must not share clients.
      Layer.fresh,
      Layer.provide(Layer.succeed(AwsClientSettings, settings))
    )
  ).pipe(
    Layer.build,
    Effect.map((services): RunningTarget => {
      return { name, run: (effect) => effect.pipe(Effect.scoped, Effect.provideContext(services)) }
    })
  )
