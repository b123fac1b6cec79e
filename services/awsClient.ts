import * as Predicate from "effect/Predicate"

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
export const detailOf = (error: unknown): string =>
  (Predicate.isError(error) ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, " ").trim()

export const isNamed = (error: unknown, ...names: ReadonlyArray<string>): boolean =>
  Predicate.isError(error) && names.includes(error.name)
