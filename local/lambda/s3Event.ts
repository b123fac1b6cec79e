import { randomBytes } from "node:crypto"
import type { ObjectCreated } from "../cloud/cloudEvents.ts"

/** A key as S3 writes it into its events: form-encoded, but for the slashes. */
export const eventKey = (key: string): string =>
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
          key: eventKey(created.key),
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
