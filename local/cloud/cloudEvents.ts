import { EventEmitter } from "node:events"
import type { Permission, ServiceName } from "./Service.ts"
import type { PublishedMessage } from "./sns.ts"

/** A call of a known principal, executed or denied. */
export interface CallEvent {
  /** ARN */
  readonly principal: string
  readonly service: ServiceName
  /** The name in the service's API, such as SendMessageBatch. */
  readonly operation: string
  /** The IAM action, such as sqs:SendMessage. */
  readonly action: string
  /** ARNs */
  readonly resources: ReadonlyArray<string>
  /** The HTTP status; 0 if the connection was reset. */
  readonly status: number
  /** The missing permission, if the call was denied. */
  readonly denied?: Permission
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Emitted when an object can be read, before the writer has its reply. */
export interface ObjectCreated {
  readonly bucket: string
  readonly key: string
  readonly size: number
  /** Without quotes, as in S3's notifications. */
  readonly eTag: string
  /** 16 hexadecimal digits; of two events the later one has the greater value. */
  readonly sequencer: string
  readonly eventName: "ObjectCreated:Put"
  /** ARN */
  readonly principal: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A message that was published to an SNS topic. */
export interface Published extends PublishedMessage {
  readonly topicArn: string
}

interface EventMap {
  readonly call: [CallEvent]
  readonly objectCreated: [ObjectCreated]
  readonly published: [Published]
}

export type CloudEvents = EventEmitter<EventMap>

export const makeCloudEvents = (): CloudEvents => new EventEmitter<EventMap>().setMaxListeners(0)
