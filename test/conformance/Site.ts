import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { QueueUnusable } from "../../operator/aws/askSqs.ts"
import type { SecretUnreadable } from "../../services/Secrets.ts"

export type SiteName = "model" | "local cloud" | "AWS"

/** Something of the script's own could not be made, or not be used: the site is not ready, and nothing is said of it. */
export class ScratchUnusable extends Schema.TaggedError<ScratchUnusable>()("ScratchUnusable", {
  what: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `The scratch ${this.what} cannot be used: ${this.detail}`
  }
}

/** A queue and where its messages go after their third receive. */
export interface ScratchQueue {
  readonly url: string
  readonly deadLetters: string
}

/** A message as an event source mapping hands it on. */
export interface Received {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** This receive included. */
  readonly receiveCount: number
  readonly groupId: string | undefined
}

/** A place that the script runs on, with resources of the script's own, which go with it. */
export class Site extends Context.Service<
  Site,
  {
    readonly name: SiteName
    readonly bucket: string
    /** With the key and the index of the movies table. */
    readonly table: string
    /** Its id. */
    readonly secret: string
    readonly setSecret: (text: string) => Effect.Effect<void, ScratchUnusable>
    /** What a function reads that starts cold, by a secret's id. */
    readonly readSecret: (id: string) => Effect.Effect<string, SecretUnreadable>
    /** A queue for one behaviour alone; `visibilitySeconds` is the site's own unless another is given. */
    readonly newQueue: (
      kind: "standard" | "fifo",
      visibilitySeconds?: number
    ) => Effect.Effect<ScratchQueue, ScratchUnusable, Scope.Scope>
    /** A short visibility timeout, in seconds: time enough here for a few calls. */
    readonly visibilitySeconds: number
    /** The queue that the bucket tells of every `csv/….csv`, for one behaviour at a time. */
    readonly arrivals: Effect.Effect<string, never, Scope.Scope>
    /** As an event source mapping receives: hidden for the queue's own visibility timeout, at most ten. */
    readonly receive: (queueUrl: string, atMost: number) => Effect.Effect<ReadonlyArray<Received>, QueueUnusable>
    readonly remove: (queueUrl: string, receiptHandle: string) => Effect.Effect<void, QueueUnusable>
    readonly pass: (duration: Duration.Input) => Effect.Effect<void>
    /** How long what is to happen may take to show here. */
    readonly patience: Duration.Input
  }
>()("imdb-etl/test/conformance/Site") {}
