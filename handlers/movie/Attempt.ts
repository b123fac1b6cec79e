import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { MovieMessage } from "../../domain/Messages.ts"
import { retryDelay } from "../../domain/retryDelay.ts"
import { variable } from "../../domain/variables.ts"
import { QuotaExhausted } from "../../services/omdb/OmdbErrors.ts"
import { Sqs } from "../../services/Sqs.ts"
import { logFailure } from "../lambda/failureOf.ts"
import type { SqsRecord } from "../lambda/LambdaInput.ts"

export const settings = Config.all({
  moviesQueue: Config.NonEmptyString(variable.moviesQueue),
  exportsQueue: Config.NonEmptyString(variable.exportsQueue),
  maxReceives: Config.Int(variable.maxReceives)
})

/** One receive of a movie message. */
export interface Attempt {
  readonly message: MovieMessage
  readonly record: SqsRecord
  readonly settings: Config.Success<typeof settings>
}

export const isLastReceive = ({ record, settings }: Attempt): boolean =>
  record.attributes.ApproximateReceiveCount >= settings.maxReceives

const isRetry = ({ record }: Attempt): boolean => record.attributes.ApproximateReceiveCount > 1

/** How long the message stays hidden after this failure. */
export const delayAfter = (cause: Cause.Cause<unknown>, { record }: Attempt): Duration.Duration => {
  const isQuota = cause.reasons.some((reason) => Cause.isFailReason(reason) && reason.error instanceof QuotaExhausted)
  return retryDelay(record.attributes.ApproximateReceiveCount, isQuota ? "quota" : "transient")
}

/**
 * Before the work of a retried message: it may end the function, as on an earlier receive. Its retry delay then keeps it
 * away from the rest of the batch, which comes back after the visibility timeout.
 */
export const separateFromBatch = (attempt: Attempt) =>
  isRetry(attempt) ? deferRetry(attempt, Cause.empty) : Effect.void

/** At once, and not with the batch: a later message of it may end the function. */
export const acknowledgeRetry = Effect.fnUntraced(
  function* (attempt: Attempt) {
    if (!isRetry(attempt)) return
    const { record, settings } = attempt
    yield* Sqs.use(({ deleteMessage }) => deleteMessage(settings.moviesQueue, record.receiptHandle))
  },
  Effect.catchCause((cause) => logFailure("Warn", "Message not deleted", cause))
)

/** Sets the retry delay. A failure to set it is logged: the queue's visibility timeout stays. */
export const deferRetry = Effect.fnUntraced(
  function* (attempt: Attempt, cause: Cause.Cause<unknown>) {
    if (isLastReceive(attempt)) return
    const { record, settings } = attempt
    const seconds = Duration.toSeconds(delayAfter(cause, attempt))
    yield* Sqs.use(({ changeVisibility }) => changeVisibility(settings.moviesQueue, record.receiptHandle, seconds))
    const receiveCount = record.attributes.ApproximateReceiveCount
    yield* Effect.annotateLogs(Effect.logInfo("Retry deferred"), { seconds, receiveCount })
  },
  Effect.catchCause((cause) => logFailure("Warn", "Retry not deferred", cause))
)
