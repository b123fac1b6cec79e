import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { AwsClientSettings } from "../../services/AwsClient.ts"
import { awsSite } from "./awsSite.ts"
import type { Services } from "./Behaviour.ts"
import { localCloudSite } from "./localCloudSite.ts"
import { modelSite } from "./modelSite.ts"
import type { ScratchUnusable, SiteName } from "./Site.ts"

/** A site that is up. */
export interface Stage {
  readonly name: SiteName
  /** Runs what needs a site; what it makes for itself goes with it. */
  readonly run: <A, E>(work: Effect.Effect<A, E, Services | Scope.Scope>) => Effect.Effect<A, E>
}

export const modelStage: Stage = {
  name: "model",
  run: (work) => work.pipe(Effect.scoped, Effect.provide(Layer.fresh(modelSite())))
}

const stageOn = (name: SiteName, site: Layer.Layer<Services, ScratchUnusable>) =>
  Effect.map(
    Layer.build(site),
    (services): Stage => ({ name, run: (work) => work.pipe(Effect.scoped, Effect.provideContext(services)) })
  )

export const localCloudStage = stageOn("local cloud", localCloudSite)

export const awsStage = (aws: typeof AwsClientSettings.Service) => stageOn("AWS", awsSite(aws))
