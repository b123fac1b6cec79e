import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

interface Settings {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Region, endpoint and credentials of the AWS clients. Default: the environment. The operator's commands set it. */
export const AwsClientSettings = Context.Reference<Settings>("imdb-etl/services/AwsClientSettings", {
  defaultValue: () => ({})
})

/**
 * The options of every AWS client. The SDK retries: three attempts, its default. Its timeouts (milliseconds) are off by
 * default, and one hung socket would use up the invocation.
 */
export const clientOptions = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 6_000,
    socketTimeout: 6_000,
    throwOnRequestTimeout: true
  }
} as const

/** A client with these options and settings, which is destroyed with the scope. */
export const acquireClient = <C extends { readonly destroy: () => void }>(
  make: (options: typeof clientOptions & Settings) => C
) =>
  Effect.acquireRelease(
    Effect.map(AwsClientSettings, (settings) => make({ ...clientOptions, ...settings })),
    (client) => Effect.sync(() => client.destroy())
  )

/** Name and message of an SDK error, on one line. SDK errors contain neither credentials nor bodies. */
export const errorDetail = (error: unknown): string =>
  (Predicate.isError(error) ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, " ").trim()

export const hasErrorName = (error: unknown, ...names: ReadonlyArray<string>): boolean =>
  Predicate.isError(error) && names.includes(error.name)
