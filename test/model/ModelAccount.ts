import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { encodeEventKey } from "../../local/lambda/BucketNotifications.ts"
import { Metrics } from "../../services/Metrics.ts"
import { Secrets, SecretUnreadable } from "../../services/Secrets.ts"
import { type Notification, NotificationUnsent, Sns } from "../../services/Sns.ts"
import { ModelBucket, type ModelObject, modelS3 } from "./ModelBucket.ts"
import { ModelQueue, type QueueSettings } from "./ModelQueue.ts"
import { ModelTable, modelDynamoDb } from "./ModelTable.ts"
import { modelSqs } from "./modelSqs.ts"
import { ServiceFaults } from "./ServiceFaults.ts"

/** The part of an AWS account that the pipeline uses, in memory. The handlers call it through `modelServices`. */
export class ModelAccount {
  readonly buckets = new Map<string, ModelBucket>()
  readonly queues: Array<ModelQueue> = []
  readonly tables = new Map<string, ModelTable>()
  readonly secrets = new Map<string, string>()
  /** Every metric that was recorded: its name in `services/Metrics`, then its values; durations in milliseconds. */
  readonly metrics: Array<readonly [name: string, ...values: ReadonlyArray<unknown>]> = []
  /** What was published to SNS topics, in order. */
  readonly published: Array<Notification & { readonly topicArn: string }> = []
  readonly faults: ServiceFaults
  /** Called with each event that is sent to a function asynchronously, by the function's name. */
  onInvoke: (name: string, event: string, now: number) => void = () => {}
  /** Decides when S3 delivers a notification, and how often: once and at once by default. */
  scheduleNotification: (now: number, deliver: (now: number) => void) => void = (now, deliver) => deliver(now)

  constructor(faults = new ServiceFaults()) {
    this.faults = faults
  }

  createBucket(name: string): ModelBucket {
    const bucket = new ModelBucket(name)
    this.buckets.set(name, bucket)
    return bucket
  }

  createQueue(settings: QueueSettings): ModelQueue {
    const queue = new ModelQueue(settings)
    this.queues.push(queue)
    return queue
  }

  createTable(name: string): ModelTable {
    const table = new ModelTable(name)
    this.tables.set(name, table)
    return table
  }

  putSecret(id: string, text: string): void {
    this.secrets.set(id, text)
  }

  /** Sends a notification to the queue for each object whose key has the prefix and the suffix. */
  addNotification(bucket: ModelBucket, prefix: string, suffix: string, queue: ModelQueue): void {
    const { onCreated } = bucket
    bucket.onCreated = (object, now) => {
      onCreated(object, now)
      if (!object.key.startsWith(prefix) || !object.key.endsWith(suffix)) return
      const body = JSON.stringify(objectCreated(bucket.name, object))
      this.scheduleNotification(now, (now) => void queue.send(now, { body }))
    }
  }

  /** The queue with that URL or ARN. */
  findQueue(urlOrArn: string): ModelQueue {
    const queue = this.queues.find(({ url, arn }) => url === urlOrArn || arn === urlOrArn)
    if (queue === undefined) throw new Error(`The model has no queue ${urlOrArn}.`)
    return queue
  }
}

/** The fields of S3's event that the pipeline reads; the local cloud sends all of them. */
const objectCreated = (bucket: string, { key, sequencer }: ModelObject) => ({
  Records: [
    {
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: bucket }, object: { key: encodeEventKey(key), sequencer } }
    }
  ]
})

/** The AWS services that the handlers call, except Secrets Manager, which needs the function's variables. */
export const modelServices = (account: ModelAccount) =>
  Layer.mergeAll(modelS3(account), modelSqs(account), modelDynamoDb(account), modelSns(account), modelMetrics(account))

/** The pipeline's own cache of the API key, with the model's secret behind it. */
export const modelSecrets = (account: ModelAccount, layerFrom = Secrets.layerFrom) =>
  layerFrom((secret) =>
    account.faults
      .call({ service: "secretsmanager", operation: "GetSecretValue", resource: secret }, () =>
        account.secrets.get(secret)
      )
      .pipe(
        Effect.mapError(({ detail }) => new SecretUnreadable({ secret, detail })),
        Effect.filterOrFail(
          (text) => text !== undefined,
          () => new SecretUnreadable({ secret, detail: "ResourceNotFoundException: no such secret" })
        )
      )
  )

const modelSns = ({ faults, published }: ModelAccount) =>
  Layer.succeed(Sns)({
    publish: (topicArn, notification) =>
      faults
        .call({ service: "sns", operation: "Publish", resource: topicArn }, () => {
          published.push({ topicArn, ...notification })
        })
        .pipe(Effect.mapError(({ detail }) => new NotificationUnsent({ topicArn, detail })))
  })

const modelMetrics = ({ metrics }: ModelAccount) => {
  const record = (name: string, ...values: ReadonlyArray<unknown>) =>
    Effect.sync(() => {
      metrics.push([name, ...values])
    })
  return Layer.succeed(Metrics)({
    movieEnriched: record("movieEnriched"),
    movieGap: (reason) => record("movieGap", reason),
    omdbCalled: (latency) => record("omdbCalled", Duration.toMillis(latency)),
    omdbQuotaHit: record("omdbQuotaHit"),
    omdbKeyRejected: record("omdbKeyRejected"),
    runStarted: (movies) => record("runStarted", movies),
    runPublished: ({ rosterCreatedAt, completedAt, enriched, total }) =>
      record("runPublished", { rosterCreatedAt, completedAt, enriched, total }),
    runCompleted: record("runCompleted"),
    rowsLoaded: (count) => record("rowsLoaded", count)
  })
}
