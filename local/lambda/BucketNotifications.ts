import { randomUUID } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import type { ObjectCreated } from "../cloud/cloudEvents.ts"
import type { Agenda } from "./Agenda.ts"
import { actingFor } from "./actingFor.ts"
import type { Clients } from "./Clients.ts"
import type { LambdaEvents } from "./LambdaEvents.ts"
import { messageOf } from "./messageOf.ts"
import { bucketArn, eventKey, objectCreatedEvent, testEvent } from "./s3Event.ts"

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
  readonly #agenda: Agenda
  readonly #clients: Clients
  readonly #events: LambdaEvents
  readonly #byBucket = new Map<string, ReadonlyArray<QueueNotification>>()

  constructor(region: string, agenda: Agenda, clients: Clients, events: LambdaEvents) {
    this.#region = region
    this.#agenda = agenda
    this.#clients = clients
    this.#events = events
  }

  /** Sends each queue a test event, and rejects as S3 does when one of them cannot be reached. */
  async configure({ bucket, queues }: BucketNotificationDefinition): Promise<void> {
    await this.#agenda.during(async () => {
      for (const { queueArn } of queues) {
        await this.#send(bucket, queueArn, testEvent(bucket, new Date())).catch((cause) => {
          throw new Error(
            `InvalidArgument: Unable to validate the following destination configurations: ${queueArn} (${messageOf(cause)})`
          )
        })
      }
    })
    this.#byBucket.set(
      bucket,
      queues.map((queue) => ({ ...queue, id: queue.id ?? randomUUID() }))
    )
  }

  readonly tell = (created: ObjectCreated): void => {
    for (const { id = "", queueArn, ...rest } of this.#byBucket.get(created.bucket) ?? []) {
      if (!matches(rest, created)) continue
      void this.#agenda.during(() =>
        this.#send(created.bucket, queueArn, objectCreatedEvent(created, this.#region, id)).catch((cause) => {
          const detail = `${created.eventName} of ${created.key}: ${messageOf(cause)}`
          if (!this.#agenda.stopped) this.#events.emit("refused", { service: "s3", resource: queueArn, detail })
        })
      )
    }
  }

  async #send(bucket: string, queueArn: string, event: object): Promise<void> {
    await this.#clients
      .sqs(actingFor("s3.amazonaws.com", bucketArn(bucket)))
      .send(new SendMessageCommand({ QueueUrl: this.#clients.queueUrl(queueArn), MessageBody: JSON.stringify(event) }))
  }
}

/** AWS holds a filter against the key as events show it: a prefix `csv/run_date=` never matches, `%3D` does. */
const matches = (
  { events, filterPrefix = "", filterSuffix = "" }: Omit<QueueNotification, "id" | "queueArn">,
  { eventName, key }: ObjectCreated
) =>
  (events.includes(`s3:${eventName}`) || events.includes("s3:ObjectCreated:*")) &&
  eventKey(key).startsWith(filterPrefix) &&
  eventKey(key).endsWith(filterSuffix)
