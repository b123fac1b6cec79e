import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { QueueUnusable } from "../../operator/aws/SqsCall.ts"
import type { AwsClientSettings } from "../../services/AwsClient.ts"
import type { SecretUnreadable } from "../../services/Secrets.ts"
import type { Services } from "./Behaviour.ts"
import { awsSite } from "./targets/awsTarget.ts"
import { localCloudSite } from "./targets/localCloudTarget.ts"
import { modelSite } from "./targets/modelTarget.ts"

export type TargetName = "model" | "local cloud" | "AWS"

/** Something of the script's own could not be made, or not be used: the site is not ready, and nothing is said of it. */
export class TargetUnavailable extends Schema.TaggedError<TargetUnavailable>()("ScratchUnusable", {
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
export class ConformanceTarget extends Context.Service<
  ConformanceTarget,
  {
    readonly name: TargetName
    readonly bucket: string
    /** With the key and the index of the movies table. */
    readonly table: string
    /** Its id. */
    readonly secret: string
    readonly setSecret: (text: string) => Effect.Effect<void, TargetUnavailable>
    /** What a function reads that starts cold, by a secret's id. */
    readonly readSecret: (id: string) => Effect.Effect<string, SecretUnreadable>
    /** A queue for one behaviour alone; `visibilitySeconds` is the site's own unless another is given. */
    readonly newQueue: (
      kind: "standard" | "fifo",
      visibilitySeconds?: number
    ) => Effect.Effect<ScratchQueue, TargetUnavailable, Scope.Scope>
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

/** A site that is up. */
export interface Stage {
  readonly name: TargetName
  /** Runs what needs a site; what it makes for itself goes with it. */
  readonly run: <A, E>(work: Effect.Effect<A, E, Services | Scope.Scope>) => Effect.Effect<A, E>
}

export const modelStage: Stage = {
  name: "model",
  run: (work) => work.pipe(Effect.scoped, Effect.provide(Layer.fresh(modelSite())))
}

const stageOn = (name: TargetName, site: Layer.Layer<Services, TargetUnavailable>) =>
  Effect.map(
    Layer.build(site),
    (services): Stage => ({ name, run: (work) => work.pipe(Effect.scoped, Effect.provideContext(services)) })
  )

export const localCloudStage = stageOn("local cloud", localCloudSite)

export const awsStage = (aws: typeof AwsClientSettings.Service) => stageOn("AWS", awsSite(aws))
