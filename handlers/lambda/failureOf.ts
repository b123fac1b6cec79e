import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import type { Severity } from "effect/LogLevel"
import * as Predicate from "effect/Predicate"

export interface Failure {
  /** The typed error's tag; `Defect` for what should never happen, `Interrupted` for what was stopped. */
  readonly reason: string
  /** One line. An error is told by its message only, and a Redacted inside it tells `<redacted>`. */
  readonly detail: string
}

/** What went wrong, in a name and a sentence: for the log, a gap or Lambda. */
export const failureOf = (cause: Cause.Cause<unknown>): Failure => {
  const failure = cause.reasons.find(Cause.isFailReason)
  if (failure !== undefined) return { reason: nameOf(failure.error), detail: wordsOf(failure.error) }
  const defect = cause.reasons.find(Cause.isDieReason)
  if (defect !== undefined) return { reason: "Defect", detail: wordsOf(defect.defect) }
  return { reason: "Interrupted", detail: "It was stopped before it ended" }
}

/** A typed failure says all in its sentence; only a defect's stack is worth its lines. */
export const logFailure = (level: Severity, message: string, cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  Effect.logWithLevel(level)(message, ...(Cause.hasDies(cause) ? [cause] : [])).pipe(
    Effect.annotateLogs({ ...failureOf(cause) })
  )

const nameOf = (error: unknown): string => {
  if (Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)) return error._tag
  return Predicate.isError(error) ? error.name : "Failure"
}

const wordsOf = (error: unknown): string => saidBy(error).replace(/\s+/g, " ").trim().slice(0, 1_000)

const saidBy = (error: unknown): string => {
  if (error instanceof Config.ConfigError) return `A variable is missing or wrong: ${error.cause.message}`
  const said = Predicate.hasProperty(error, "message") ? error.message : error
  return Predicate.isString(said) ? said : Formatter.format(said)
}
