import { randomBytes } from "node:crypto"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { variable } from "../../../domain/variables.ts"
import { MoveTasks } from "../../../operator/aws/MoveTasks.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import { makeSqsCall } from "../../../operator/aws/SqsCall.ts"
import { AwsClientSettings, clientOptions } from "../../../services/AwsClient.ts"
import { DynamoDb } from "../../../services/DynamoDb.ts"
import { S3 } from "../../../services/S3.ts"
import { Secrets, SecretUnreadable } from "../../../services/Secrets.ts"
import { Sqs } from "../../../services/Sqs.ts"
import { ConformanceTarget, type Received, type TargetUnavailable } from "../ConformanceTarget.ts"
import { scratchBucket, scratchQueue, scratchQueues, scratchTable } from "./scratchResources.ts"

interface Secret {
  readonly id: string
  readonly set: (text: string) => Effect.Effect<void, TargetUnavailable>
}

/** What a site that speaks AWS's protocols has of its own. */
export interface Cloud {
  readonly name: ConformanceTarget["Service"]["name"]
  readonly aws: typeof AwsClientSettings.Service
  readonly visibilitySeconds: number
  readonly pollSeconds: number
  /** How long a new queue is not to be counted on. */
  readonly settling: Duration.Input
  readonly patience: ConformanceTarget["Service"]["patience"]
  readonly newSecret: (name: string) => Effect.Effect<Secret, TargetUnavailable, Scope.Scope>
  /** Has S3 tell the queue of the bucket's new objects under `csv/` that end in `.csv`. */
  readonly notify: (
    bucket: string,
    queue: { readonly url: string; readonly arn: string }
  ) => Effect.Effect<void, TargetUnavailable, Scope.Scope>
}

const clientsOf = (aws: Cloud["aws"]) =>
  Effect.acquireRelease(
    Effect.sync(() => ({
      s3: new S3Client({ ...clientOptions, ...aws }),
      sqs: new SQSClient({ ...clientOptions, ...aws }),
      dynamoDb: new DynamoDBClient({ ...clientOptions, ...aws })
    })),
    ({ s3, sqs, dynamoDb }) =>
      Effect.sync(() => {
        for (const client of [s3, sqs, dynamoDb]) client.destroy()
      })
  )

const siteOn = Effect.fnUntraced(function* (cloud: Cloud) {
  const { name, aws, visibilitySeconds, pollSeconds, settling, patience } = cloud
  const { s3, sqs, dynamoDb } = yield* clientsOf(aws)
  const askOf = yield* Effect.provideService(makeSqsCall, AwsClientSettings, aws)
  const scratch = `imdb-etl-conformance-${randomBytes(5).toString("hex")}`

  const [bucket, table, secret, arrivals] = yield* Effect.all(
    [
      scratchBucket(s3, scratch),
      scratchTable(dynamoDb, scratch),
      cloud.newSecret(scratch),
      scratchQueue(sqs, `${scratch}-arrivals`, {})
    ],
    { concurrency: "unbounded" }
  )
  yield* cloud.notify(bucket, arrivals)
  const oneAtATime = yield* Semaphore.make(1)
  let queues = 0

  return ConformanceTarget.of({
    name,
    bucket,
    table,
    secret: secret.id,
    setSecret: secret.set,
    readSecret: (id) =>
      Secrets.use(({ omdbApiKey }) => omdbApiKey).pipe(
        Effect.map(Redacted.value),
        Effect.provide(Layer.fresh(Secrets.layer)),
        Effect.catchTag("ConfigError", ({ message }) => new SecretUnreadable({ secret: id, detail: message })),
        Effect.provideService(AwsClientSettings, aws),
        Effect.provideService(
          ConfigProvider.ConfigProvider,
          ConfigProvider.fromUnknown({ [variable.omdbApiKeySecret]: id })
        )
      ),
    newQueue: (kind, seconds = visibilitySeconds) =>
      scratchQueues(sqs, `${scratch}-${++queues}`, kind, seconds).pipe(Effect.tap(Effect.sleep(settling))),
    visibilitySeconds,
    arrivals: Effect.as(oneAtATime.takeScoped(1), arrivals.url),
    receive: Effect.fnUntraced(function* (QueueUrl, atMost) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: atMost,
        WaitTimeSeconds: pollSeconds,
        MessageSystemAttributeNames: ["All"]
      })
      const { Messages = [] } = yield* askOf(QueueUrl, (client, options) => client.send(command, options))
      return Messages.map(receivedOf)
    }),
    remove: (QueueUrl, ReceiptHandle) => {
      const command = new DeleteMessageCommand({ QueueUrl, ReceiptHandle })
      return Effect.asVoid(askOf(QueueUrl, (client, options) => client.send(command, options)))
    },
    pass: Effect.sleep,
    patience
  })
})

const receivedOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message): Received => ({
  messageId: MessageId ?? "",
  receiptHandle: ReceiptHandle ?? "",
  body: Body ?? "",
  receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 0),
  groupId: Attributes?.MessageGroupId
})

/** A site whose services are the live ones, and whose resources are made with it and go with it. */
export const cloudSite = (cloud: Cloud) =>
  Layer.mergeAll(
    Layer.effect(ConformanceTarget, siteOn(cloud)),
    Layer.mergeAll(S3.layer, Sqs.layer, DynamoDb.layer, Queues.layer, MoveTasks.layer).pipe(
      // Two sites in one process must never share a client.
      Layer.fresh,
      Layer.provide(Layer.succeed(AwsClientSettings, cloud.aws))
    )
  )
