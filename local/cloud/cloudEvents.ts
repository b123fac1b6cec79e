import { EventEmitter } from "node:events"
import type { Permission, ServiceName } from "./Service.ts"

/** A call that has been answered, or refused after its caller was known. */
export interface CallEvent {
  /** ARN */
  readonly principal: string
  readonly service: ServiceName
  /** The API's name, such as SendMessageBatch. */
  readonly operation: string
  /** The IAM action, such as sqs:SendMessage. */
  readonly action: string
  /** ARNs */
  readonly resources: ReadonlyArray<string>
  /** The HTTP status; 0 if the connection was reset. */
  readonly status: number
  /** The permission the caller lacked, if that is why it was refused. */
  readonly denied?: Permission
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** An object is there for readers; told before the writer learns of it. */
export interface ObjectCreated {
  readonly bucket: string
  readonly key: string
  readonly size: number
  /** Without quotes, as in S3's notifications. */
  readonly eTag: string
  /** 16 hex digits; of two events the later one has the greater. */
  readonly sequencer: string
  readonly eventName: "ObjectCreated:Put" | "ObjectCreated:Copy" | "ObjectCreated:CompleteMultipartUpload"
  /** ARN */
  readonly principal: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface CloudEventMap {
  readonly call: [CallEvent]
  readonly objectCreated: [ObjectCreated]
}

export type CloudEvents = EventEmitter<CloudEventMap>

export const makeCloudEvents = (): CloudEvents => new EventEmitter<CloudEventMap>().setMaxListeners(0)
