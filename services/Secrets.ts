import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import * as Cache from "effect/Cache"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { parseOmdbApiKey } from "../domain/OmdbApiKey.ts"
import { variable } from "../domain/variables.ts"
import { acquireClient, errorDetail } from "./AwsClient.ts"

export class SecretUnreadable extends Schema.TaggedError<SecretUnreadable>()("SecretUnreadable", {
  secret: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot read the secret ${this.secret}: ${this.detail}`
  }
}

const howToStore = "Store it with: pulumi config set --secret omdbApiKey, then deploy"

export class Secrets extends Context.Service<
  Secrets,
  {
    /** Cached for five minutes. A failed read is not cached. */
    readonly omdbApiKey: Effect.Effect<Redacted.Redacted<string>, SecretUnreadable>
    /**
     * Reads the secret again after OMDb rejected the cached key, and caches the result. All callers with the same rejected
     * key within ten seconds share one read.
     */
    readonly omdbApiKeyAfterRejection: (
      rejected: Redacted.Redacted<string>
    ) => Effect.Effect<Redacted.Redacted<string>, SecretUnreadable>
  }
>()("imdb-etl/services/Secrets") {
  /** `read` returns the secret's text, or undefined where the secret has none. */
  static readonly layerFrom = (read: (secret: string) => Effect.Effect<string | undefined, SecretUnreadable>) =>
    Layer.effect(
      Secrets,
      Effect.gen(function* () {
        const secret = yield* Config.NonEmptyString(variable.omdbApiKeySecret)
        const cache = yield* Cache.makeWith(
          Effect.fn("Secrets.read")(function* (secret: string) {
            const key = parseOmdbApiKey((yield* read(secret)) ?? "")
            if (Result.isFailure(key)) {
              const detail = `it ${key.failure}, but must be the OMDb key alone. ${howToStore}`
              return yield* new SecretUnreadable({ secret, detail })
            }
            return Redacted.make(key.success, { label: "the OMDb API key" })
          }),
          { capacity: 1, timeToLive: (exit) => (Exit.isSuccess(exit) ? "5 minutes" : "0 seconds") }
        )
        const afterRejection = yield* Cache.makeWith(
          (_rejected: Redacted.Redacted<string>) => Cache.refresh(cache, secret),
          {
            capacity: 1,
            timeToLive: (exit) => (Exit.isSuccess(exit) ? "10 seconds" : "0 seconds")
          }
        )
        return Secrets.of({
          omdbApiKey: Cache.get(cache, secret),
          omdbApiKeyAfterRejection: (rejected) => Cache.get(afterRejection, rejected)
        })
      })
    )

  static readonly layer = Layer.unwrap(
    Effect.gen(function* () {
      const client = yield* acquireClient((options) => new SecretsManagerClient(options))
      return Secrets.layerFrom((secret) =>
        Effect.tryPromise({
          try: (abortSignal) => client.send(new GetSecretValueCommand({ SecretId: secret }), { abortSignal }),
          catch: (error) => new SecretUnreadable({ secret, detail: errorDetail(error) })
        }).pipe(Effect.map(({ SecretString }) => SecretString))
      )
    })
  )
}
