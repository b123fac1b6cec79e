import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CannotRun } from "../../cli/CommandErrors.ts"
import type { Queues } from "../../operator/aws/Queues.ts"
import type { QueueUnusable } from "../../operator/aws/SqsCall.ts"
import type { DynamoDb } from "../../services/DynamoDb.ts"
import type { S3 } from "../../services/S3.ts"
import type { SecretUnreadable } from "../../services/Secrets.ts"
import type { Sqs } from "../../services/Sqs.ts"

export type TargetName = "model" | "local cloud" | "AWS"

/** A message as an event source mapping delivers it. */
export interface Delivery {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** Includes this receive. */
  readonly receiveCount: number
  readonly groupId?: string | undefined
}

/** The system under test, with scratch resources that exist as long as its layer. */
export class ConformanceTarget extends Context.Service<
  ConformanceTarget,
  {
    readonly bucket: string
    /** With the keys and the index of the movies table. */
    readonly table: string
    readonly secretId: string
    readonly setSecret: (text: string) => Effect.Effect<void, CannotRun>
    /** Reads with a new cache, as a function does after a cold start. */
    readonly readSecret: (id: string) => Effect.Effect<string, SecretUnreadable>
    /** A queue for one behaviour, with a dead-letter queue and a maximum receive count of 3. */
    readonly newQueue: (
      type: "standard" | "fifo",
      visibilitySeconds?: number
    ) => Effect.Effect<{ readonly url: string; readonly deadLetterQueueUrl: string }, CannotRun, Scope.Scope>
    /** The default of `newQueue`: short, and still leaves time for a few calls. */
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
export type Services = ConformanceTarget | S3 | Sqs | DynamoDb | Queues

/** A target that is running. What an effect creates for itself is removed with its scope. */
export interface RunningTarget {
  readonly name: TargetName
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services | Scope.Scope>) => Effect.Effect<A, E>
}
