import { randomBytes } from "node:crypto"
import type { ObjectCreated } from "../cloud/cloudEvents.ts"
import { errorMessage, type PlatformContext, servicePrincipal } from "./PlatformContext.ts"

/** Of each created object whose key has this prefix and suffix. */
interface QueueNotification {
  readonly id: string
  readonly queueArn: string
  readonly filterPrefix: string
  readonly filterSuffix: string
}

export interface BucketNotificationDefinition {
  readonly bucket: string
  readonly queues: ReadonlyArray<QueueNotification>
}

/** S3's event notifications to queues. A bucket has one configuration; a later one replaces it. */
export class BucketNotifications {
  readonly #context: PlatformContext
  readonly #byBucket = new Map<string, ReadonlyArray<QueueNotification>>()

  constructor(context: PlatformContext) {
    this.#context = context
  }

  /** Sends a test event to each queue; rejects as S3 does when a queue does not accept it. */
  async configure({ bucket, queues }: BucketNotificationDefinition): Promise<void> {
    await this.#context.clock.run(async () => {
      for (const { queueArn } of queues) {
        await this.#send(bucket, queueArn, testEvent(bucket, new Date())).catch((cause) => {
          throw new Error(
            `InvalidArgument: Unable to validate the following destination configurations: ${queueArn} (${errorMessage(cause)})`
          )
        })
      }
    })
    this.#byBucket.set(bucket, queues)
  }

  readonly publish = (created: ObjectCreated): void => {
    for (const { id, queueArn, filterPrefix, filterSuffix } of this.#byBucket.get(created.bucket) ?? []) {
      // S3 compares a filter with the encoded key: a prefix `csv/run_date=` never matches, `csv/run_date%3D` does.
      const key = encodeEventKey(created.key)
      if (!key.startsWith(filterPrefix) || !key.endsWith(filterSuffix)) continue
      const event = objectCreatedEvent(created, this.#context.cloud.region, id)
      void this.#context.clock.run(() =>
        this.#send(created.bucket, queueArn, event).catch((cause) =>
          this.#context.reportRefusal("s3", queueArn, `${created.eventName} of ${created.key}: ${errorMessage(cause)}`)
        )
      )
    }
  }

  #send(bucket: string, queueArn: string, event: object): Promise<void> {
    const principal = servicePrincipal("s3.amazonaws.com", bucketArn(bucket))
    return this.#context.sendMessage(principal, queueArn, JSON.stringify(event))
  }
}

/** A key as S3 encodes it in its events: form-encoded, except for slashes. */
export const encodeEventKey = (key: string): string =>
  encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+")

const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`
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

/** S3 sends it to a queue when a notification to that queue is configured. */
export const testEvent = (bucket: string, at: Date) => ({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: at.toISOString(),
  Bucket: bucket,
  RequestId: requestId(),
  HostId: hostId()
})
