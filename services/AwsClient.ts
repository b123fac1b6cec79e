import * as Context from "effect/Context"
import * as Predicate from "effect/Predicate"

interface Settings {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Where and as whom the AWS clients call. A function's environment says all of it; an operator chooses. */
export const AwsClientSettings = Context.Reference<Settings>("imdb-etl/services/AwsClientSettings", {
  defaultValue: () => ({})
})

/**
 * What every AWS client of ours is made with. The SDK owns the retries of this hop: three attempts, which is its
 * default, written down. Its timeouts, in milliseconds, are off by default, and one hung socket would eat the invocation.
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

/** The SDK's own name and words for a failure, on one line; its errors carry neither credentials nor bodies. */
export const errorDetail = (error: unknown): string =>
  (Predicate.isError(error) ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, " ").trim()

export const hasErrorName = (error: unknown, ...names: ReadonlyArray<string>): boolean =>
  Predicate.isError(error) && names.includes(error.name)
