import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import type { Severity } from "effect/LogLevel"
import * as Predicate from "effect/Predicate"

export interface Failure {
  /** The tag of the typed error; `Defect` for an unexpected one, `Interrupted` for interrupted work. */
  readonly reason: string
  /** One line: the error's message. A Redacted value in it is `<redacted>`. */
  readonly detail: string
}

/** The failure of a cause, for the log, a gap or Lambda. */
export const failureOf = (cause: Cause.Cause<unknown>): Failure => {
  const failure = cause.reasons.find(Cause.isFailReason)
  if (failure !== undefined) return { reason: errorName(failure.error), detail: oneLine(failure.error) }
  const defect = cause.reasons.find(Cause.isDieReason)
  if (defect !== undefined) return { reason: "Defect", detail: oneLine(defect.defect) }
  return { reason: "Interrupted", detail: "The work was interrupted before it ended" }
}

/** Logs a failure with its reason and detail as fields. Only a defect is logged with its stack. */
export const logFailure = (level: Severity, message: string, cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  Effect.logWithLevel(level)(message, ...(Cause.hasDies(cause) ? [cause] : [])).pipe(
    Effect.annotateLogs({ ...failureOf(cause) })
  )

const errorName = (error: unknown): string => {
  if (Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)) return error._tag
  return Predicate.isError(error) ? error.name : "Failure"
}

const oneLine = (error: unknown): string => errorMessage(error).replace(/\s+/g, " ").trim().slice(0, 1_000)

const errorMessage = (error: unknown): string => {
  if (error instanceof Config.ConfigError) {
    return `An environment variable is missing or invalid: ${error.cause.message}`
  }
  const message = Predicate.hasProperty(error, "message") ? error.message : error
  return Predicate.isString(message) ? message : Formatter.format(message)
}
