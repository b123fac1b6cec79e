import { randomBytes, randomUUID } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import type { ObjectCreated } from "../cloud/cloudEvents.ts"
import type { LambdaEvents } from "./LambdaEvents.ts"
import { errorMessage, type SqsClients, servicePrincipal } from "./SqsClients.ts"
import type { VirtualClock } from "./VirtualClock.ts"

export interface QueueNotification {
  readonly id?: string
  readonly queueArn: string
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: ReadonlyArray<string>
  readonly filterPrefix?: string
  readonly filterSuffix?: string
}

export interface BucketNotificationDefinition {
  readonly bucket: string
  readonly queues: ReadonlyArray<QueueNotification>
}

/** S3's event notifications to queues: one configuration a bucket, and a later one replaces it. */
export class BucketNotifications {
  readonly #region: string
  readonly #agenda: VirtualClock
  readonly #clients: SqsClients
  readonly #events: LambdaEvents
  readonly #byBucket = new Map<string, ReadonlyArray<QueueNotification>>()

  constructor(region: string, agenda: VirtualClock, clients: SqsClients, events: LambdaEvents) {
    this.#region = region
    this.#agenda = agenda
    this.#clients = clients
    this.#events = events
  }

  /** Sends each queue a test event, and rejects as S3 does when one of them cannot be reached. */
  async configure({ bucket, queues }: BucketNotificationDefinition): Promise<void> {
    await this.#agenda.run(async () => {
      for (const { queueArn } of queues) {
        await this.#send(bucket, queueArn, testEvent(bucket, new Date())).catch((cause) => {
          throw new Error(
            `InvalidArgument: Unable to validate the following destination configurations: ${queueArn} (${errorMessage(cause)})`
          )
        })
      }
    })
    this.#byBucket.set(
      bucket,
      queues.map((queue) => ({ ...queue, id: queue.id ?? randomUUID() }))
    )
  }

  readonly publish = (created: ObjectCreated): void => {
    for (const { id = "", queueArn, ...rest } of this.#byBucket.get(created.bucket) ?? []) {
      if (!matches(rest, created)) continue
      void this.#agenda.run(() =>
        this.#send(created.bucket, queueArn, objectCreatedEvent(created, this.#region, id)).catch((cause) => {
          const detail = `${created.eventName} of ${created.key}: ${errorMessage(cause)}`
          if (!this.#agenda.stopped) this.#events.emit("refused", { service: "s3", resource: queueArn, detail })
        })
      )
    }
  }

  async #send(bucket: string, queueArn: string, event: object): Promise<void> {
    await this.#clients
      .sqs(servicePrincipal("s3.amazonaws.com", bucketArn(bucket)))
      .send(new SendMessageCommand({ QueueUrl: this.#clients.queueUrl(queueArn), MessageBody: JSON.stringify(event) }))
  }
}

/** AWS holds a filter against the key as events show it: a prefix `csv/run_date=` never matches, `%3D` does. */
const matches = (
  { events, filterPrefix = "", filterSuffix = "" }: Omit<QueueNotification, "id" | "queueArn">,
  { eventName, key }: ObjectCreated
) =>
  (events.includes(`s3:${eventName}`) || events.includes("s3:ObjectCreated:*")) &&
  encodeEventKey(key).startsWith(filterPrefix) &&
  encodeEventKey(key).endsWith(filterSuffix)

/** A key as S3 writes it into its events: form-encoded, but for the slashes. */
export const encodeEventKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`

const requestId = () => randomBytes(8).toString("hex").toUpperCase()
const hostId = () => randomBytes(48).toString("base64")

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export const objectCreatedEvent = (created: ObjectCreated, region: string, configurationId: string) => ({
  Records: [
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventTime: new Date(created.at).toISOString(),
      eventName: created.eventName,
      userIdentity: { principalId: created.principal },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": requestId(), "x-amz-id-2": hostId() },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId,
        bucket: {
          name: created.bucket,
          ownerIdentity: { principalId: "LOCALOWNER" },
          arn: bucketArn(created.bucket)
        },
        object: {
          key: encodeEventKey(created.key),
          size: created.size,
          eTag: created.eTag,
          sequencer: created.sequencer
        }
      }
    }
  ]
})

/** What S3 sends to a queue when a notification to it is configured. */
export const testEvent = (bucket: string, at: Date) => ({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: at.toISOString(),
  Bucket: bucket,
  RequestId: requestId(),
  HostId: hostId()
})
