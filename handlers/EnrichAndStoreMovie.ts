import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { ExportMessage, MovieMessage } from "../domain/Messages.ts"
import { retryDelay } from "../domain/retryDelay.ts"
import type { Instant } from "../domain/Values.ts"
import { variable } from "../domain/variables.ts"
import { Metrics } from "../services/Metrics.ts"
import { Omdb, stopAfterRefusal } from "../services/omdb/Omdb.ts"
import { QuotaExhausted } from "../services/omdb/OmdbErrors.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { Sqs } from "../services/Sqs.ts"
import { type Failure, failureOf, logFailure } from "./lambda/failureOf.ts"
import type { SqsRecord } from "./lambda/LambdaInput.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perRecord } from "./lambda/perRecord.ts"

interface Attempt {
  readonly message: MovieMessage
  readonly record: SqsRecord
  readonly settings: Config.Success<typeof settings>
}

/**
 * One movie message in; an enriched object, or a gap where OMDb has no details for it, and one export message out. The
 * same movie of a run has the same key, so every write is safe to repeat. A transient failure fails the record, which
 * comes back after a delay of its own; on the last receive it also writes a gap.
 */
export const processMovie = Effect.fn("EnrichAndStoreMovie")(function* (attempt: Attempt) {
  const isLastReceive = attempt.record.attributes.ApproximateReceiveCount >= attempt.settings.maxReceives

  yield* enrich(attempt).pipe(
    Effect.catchTag(["MovieNotFound", "DifferentMovieReturned", "KeyRejected"], (error) =>
      writeGap(attempt, { reason: error._tag, detail: error.message })
    ),
    Effect.tapCause((cause) =>
      isLastReceive
        ? writeGap(attempt, failureOf(cause)).pipe(
            Effect.catchCause((cause) => logFailure("Error", "Last gap not written", cause))
          )
        : deferRetry(attempt, cause)
    )
  )
})

const enrich = Effect.fnUntraced(function* (attempt: Attempt) {
  const { runDate, movie } = attempt.message
  const omdb = yield* Omdb.use(({ details }) => details(movie.imdbId))
  const enrichedAt = DateTime.formatIso(yield* DateTime.now)
  yield* RunStore.use(({ writeEnriched }) => writeEnriched({ runDate, ...movie, omdb, enrichedAt }))
  yield* sendExportMessage(attempt, "enriched", enrichedAt)
  yield* Metrics.use(({ movieEnriched }) => movieEnriched)
  yield* Effect.logInfo("Movie enriched")
})

const writeGap = Effect.fnUntraced(function* (attempt: Attempt, failure: Failure) {
  const { runDate, movie } = attempt.message
  const { imdbId, rank, title } = movie
  const attempts = attempt.record.attributes.ApproximateReceiveCount
  const at = DateTime.formatIso(yield* DateTime.now)
  yield* RunStore.use(({ writeGap }) => writeGap({ runDate, imdbId, rank, title, ...failure, attempts, at }))
  yield* sendExportMessage(attempt, "gap", at)
  yield* Metrics.use(({ movieGap }) => movieGap(failure.reason))
  yield* Effect.annotateLogs(Effect.logWarning("Movie recorded as gap"), { ...failure })
})

// The deduplication id contains the instant of the object. With the movie or the message alone, SQS would drop the
// message for a newer object as a duplicate for five minutes. See docs/decisions/0007.
const sendExportMessage = Effect.fnUntraced(function* (
  { message, record, settings }: Attempt,
  outcome: ExportMessage["outcome"],
  at: Instant
) {
  const { runDate, movie } = message
  const body = encodeExport({ version: 1, runDate, imdbId: movie.imdbId, outcome })
  const deduplicationId = `${record.messageId}-${outcome}-${at}`
  yield* Sqs.use(({ sendAll }) => sendAll(settings.exportsQueue, [{ body, groupId: runDate, deduplicationId }]))
})

const deferRetry = Effect.fnUntraced(
  function* ({ record, settings }: Attempt, cause: Cause.Cause<unknown>) {
    const isQuota = cause.reasons.some((reason) => Cause.isFailReason(reason) && reason.error instanceof QuotaExhausted)
    const delay = retryDelay(record.attributes.ApproximateReceiveCount, isQuota ? "quota" : "transient")
    const seconds = Duration.toSeconds(delay)
    yield* Sqs.use(({ changeVisibility }) => changeVisibility(settings.moviesQueue, record.receiptHandle, seconds))
    yield* Effect.annotateLogs(Effect.logInfo("Retry deferred"), { seconds })
  },
  Effect.catchCause((cause) => logFailure("Warn", "Retry not deferred", cause))
)

const settings = Config.all({
  moviesQueue: Config.NonEmptyString(variable.moviesQueue),
  exportsQueue: Config.NonEmptyString(variable.exportsQueue),
  maxReceives: Config.Int(variable.maxReceives)
})

const encodeExport = Schema.encodeSync(Schema.fromJsonString(ExportMessage))

const forEachMovie = perRecord(MovieMessage, ({ runDate, movie: { imdbId } }) => ({ runDate, imdbId }))

/** One batch. After OMDb refused the key or its quota, no movie of the batch causes another call. */
export const handleBatch = Effect.fnUntraced(function* (event: unknown) {
  const current = yield* settings
  const omdb = yield* stopAfterRefusal(yield* Omdb)
  return yield* forEachMovie(event, (message, record) =>
    processMovie({ message, record, settings: current }).pipe(Effect.provideService(Omdb, omdb))
  )
})

export const handler = onLambda(
  handleBatch,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provide(S3.layer)), Sqs.layer, Omdb.layer, Metrics.layer)
)
