import type { LocalStack } from "../LocalStack.ts"

/** Something that ended a part of the run for good and is no gap of one movie. */
export interface Failure {
  readonly function: string
  /** The typed error's tag, or Lambda's own error type. */
  readonly reason: string
  readonly detail: string
}

/** Collects what failed for good: an asynchronous run out of retries, and what the platform was refused. */
export const collectFailures = ({ lambda, names }: LocalStack): ReadonlyArray<Failure> => {
  const failures: Array<Failure> = []
  const lastError = new Map<string, Failure>()
  lambda.events.on("invocationEnded", ({ function: name, error }) => {
    if (error === undefined) return
    const logical = names.logicalOf(name)
    lastError.set(logical, { function: logical, reason: error.errorType, detail: error.errorMessage })
  })
  lambda.events.on("deadLettered", ({ queueArn, cause, detail }) => {
    if (cause === "receives") return
    const [last] = [...lastError.values()].slice(-1)
    failures.push(last ?? { function: names.logicalOf(queueArn), reason: cause, detail })
  })
  lambda.events.on("refused", ({ service, detail }) => {
    failures.push({ function: service, reason: "Refused", detail })
  })
  return failures
}
