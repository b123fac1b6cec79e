import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { variable } from "../../../domain/variables.ts"
import type { HttpGet } from "../../../services/omdb/HttpGet.ts"
import { Omdb } from "../../../services/omdb/Omdb.ts"
import { ModelAccount, modelSecrets, modelServices } from "../../model/ModelAccount.ts"
import { runToEnd } from "../../support/runEffects.ts"
import { type Reply, ScriptedOmdb } from "../../support/ScriptedOmdb.ts"
import { secretId, settings } from "../../support/settings.ts"

export const requested = ImdbId.make("tt0111161")
/** At most three calls, as on the first receive of a movie message. */
export const details = Omdb.use((omdb) => omdb.details(requested, { maxCalls: 3 }))

interface Options {
  /** The secret's text: the first read returns the first key, later reads the next ones. */
  readonly keys?: ReadonlyArray<string>
  readonly baseUrl?: string
}

/** The Omdb service with an HTTP client and an account that holds the secret and records metrics. */
export const omdbStage = (
  http: Layer.Layer<HttpGet>,
  { keys = ["canary"], baseUrl = "https://omdb.example" }: Options = {}
) => {
  const account = new ModelAccount()
  let reads = 0
  account.faults.beforeCall = ({ operation }) =>
    Effect.sync(() => {
      if (operation === "GetSecretValue") account.putSecret(secretId, keys[Math.min(reads++, keys.length - 1)] ?? "")
    })
  const layer = Omdb.layerNoDeps.pipe(
    Layer.provide([http, modelSecrets(account), modelServices(account)]),
    Layer.provide(settings({ [variable.omdbBaseUrl]: baseUrl }))
  )
  return { account, layer, secretReads: () => reads }
}

/** Runs an effect on the Omdb service with these replies to its end in test time. */
export const withReplies = <A, E>(
  replies: ReadonlyArray<Reply>,
  effect: Effect.Effect<A, E, Omdb>,
  options: Options = {}
) =>
  Effect.gen(function* () {
    const { urls, layer: http } = new ScriptedOmdb(...replies)
    const { layer, account, secretReads } = omdbStage(http, options)
    const start = yield* Clock.currentTimeMillis
    const timed = Effect.zip(Effect.exit(effect), Clock.currentTimeMillis)
    const [exit, end] = yield* runToEnd(Effect.provide(timed, layer), "50 millis")
    const keysSent = urls.map((url) => url.searchParams.get("apikey"))
    return { exit, seconds: (end - start) / 1000, urls, keysSent, secretReads: secretReads(), metrics: account.metrics }
  })
