import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { MoveTasks } from "../../operator/aws/MoveTasks.ts"
import type { Queues } from "../../operator/aws/Queues.ts"
import type { QueueUnusable } from "../../operator/aws/SqsCall.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import type { S3 } from "../../services/S3.ts"
import type { SecretUnreadable } from "../../services/Secrets.ts"
import type { Sqs } from "../../services/Sqs.ts"

export type TargetName = "model" | "local cloud" | "AWS"

/** A scratch resource could not be created or used, so the target cannot be tested. */
export class TargetUnavailable extends Schema.TaggedError<TargetUnavailable>()("TargetUnavailable", {
  resource: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The scratch ${this.resource} cannot be used: ${this.detail}`
  }
}

/** A queue with a dead-letter queue and a maximum receive count of 3. */
export interface ScratchQueue {
  readonly url: string
  readonly deadLetterQueueUrl: string
}

/** A message as an event source mapping delivers it. */
export interface Delivery {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** Includes this receive. */
  readonly receiveCount: number
  readonly groupId: string | undefined
}

/** The system under test, with scratch resources that exist as long as its layer. */
export class ConformanceTarget extends Context.Service<
  ConformanceTarget,
  {
    readonly bucket: string
    /** With the keys and the index of the movies table. */
    readonly table: string
    readonly secretId: string
    readonly setSecret: (text: string) => Effect.Effect<void, TargetUnavailable>
    /** Reads with a new cache, as a function does after a cold start. */
    readonly readSecret: (id: string) => Effect.Effect<string, SecretUnreadable>
    /** A queue for one behaviour; `visibilitySeconds` defaults to the target's. */
    readonly newQueue: (
      type: "standard" | "fifo",
      visibilitySeconds?: number
    ) => Effect.Effect<ScratchQueue, TargetUnavailable, Scope.Scope>
    /** A visibility timeout that is short and still leaves time for a few calls. */
    readonly visibilitySeconds: number
    /** The URL of the queue that the bucket notifies of every `csv/….csv`. */
    readonly notificationQueue: string
    /** Receives at most ten messages for the queue's own visibility timeout, as an event source mapping does. */
    readonly receive: (queueUrl: string, atMost: number) => Effect.Effect<ReadonlyArray<Delivery>, QueueUnusable>
    readonly deleteMessage: (queueUrl: string, receiptHandle: string) => Effect.Effect<void, QueueUnusable>
    readonly sleep: (duration: Duration.Input) => Effect.Effect<void>
    /** How long an eventually consistent result may take. */
    readonly patience: Duration.Input
  }
>()("imdb-etl/test/conformance/ConformanceTarget") {}

/** The services that every target offers: those of the pipeline and of its operator, on the scratch resources. */
export type Services = ConformanceTarget | S3 | Sqs | DynamoDb | Queues | MoveTasks

/** A target that is running. What an effect creates for itself is removed with its scope. */
export interface RunningTarget {
  readonly name: TargetName
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services | Scope.Scope>) => Effect.Effect<A, E>
}
