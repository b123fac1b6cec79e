import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { enrichedKey, gapKey } from "../domain/keys.ts"
import { ExportMessage, MovieMessage } from "../domain/Messages.ts"
import { EnrichedMovie, Gap } from "../domain/MovieOutcome.ts"
import { retryDelay } from "../domain/retryDelay.ts"
import type { Instant } from "../domain/Values.ts"
import { variable } from "../domain/variables.ts"
import { Metrics } from "../services/Metrics.ts"
import { Omdb, stopAfterRefusal } from "../services/omdb/Omdb.ts"
import { S3 } from "../services/S3.ts"
import { Sqs } from "../services/Sqs.ts"
import { type Failure, failureOf, logFailure } from "./lambda/failureOf.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perRecord } from "./lambda/perRecord.ts"
import type { SqsRecord } from "./lambda/SqsEvent.ts"

/**
 * One ranked movie in; one enriched object out, or a gap where OMDb will not have it; then the export message. The same
 * movie of the same run always lands on the same key. What may pass fails the record, which comes back after a wait of
 * its own, and leaves a gap as well when it was its last receive.
 */
export const program = Effect.fn("EnrichAndStoreMovie")(function* (message: MovieMessage, record: SqsRecord) {
  const { maxReceives } = yield* settings
  const isLast = record.attributes.ApproximateReceiveCount >= maxReceives

  yield* enrich(message, record).pipe(
    Effect.catchTag(["MovieNotFound", "DifferentMovieReturned", "KeyRejected"], (error) =>
      writeGap(message, record, { reason: error._tag, detail: error.message })
    ),
    Effect.tapCause((cause) =>
      isLast
        ? writeGap(message, record, failureOf(cause)).pipe(
            Effect.catchCause((cause) => logFailure("Error", "The last receive left no gap", cause))
          )
        : deferRetry(record, failureOf(cause))
    )
  )
})

const enrich = Effect.fnUntraced(function* ({ runDate, movie }: MovieMessage, record: SqsRecord) {
  const { moviesBucket } = yield* settings
  const omdb = yield* Omdb.use(({ details }) => details(movie.imdbId))
  const enrichedAt = DateTime.formatIso(yield* DateTime.now)
  const enriched = encodeEnriched({ runDate, ...movie, omdb, enrichedAt })
  const object = { bucket: moviesBucket, key: enrichedKey(runDate, movie.imdbId) }
  yield* S3.use(({ putText }) => putText(object, enriched, "application/json"))
  yield* sendExportMessage({ version: 1, runDate, imdbId: movie.imdbId, outcome: "enriched" }, record, enrichedAt)
  yield* Metrics.use(({ movieEnriched }) => movieEnriched)
  yield* Effect.logInfo("Movie enriched")
})

const writeGap = Effect.fnUntraced(function* (
  { runDate, movie: { imdbId, rank, title } }: MovieMessage,
  record: SqsRecord,
  failure: Failure
) {
  const { moviesBucket } = yield* settings
  const attempts = record.attributes.ApproximateReceiveCount
  const at = DateTime.formatIso(yield* DateTime.now)
  const gap = encodeGap({ runDate, imdbId, rank, title, ...failure, attempts, at })
  yield* S3.use(({ putText }) =>
    putText({ bucket: moviesBucket, key: gapKey(runDate, imdbId) }, gap, "application/json")
  )
  yield* sendExportMessage({ version: 1, runDate, imdbId, outcome: "gap" }, record, at)
  yield* Metrics.use(({ movieGap }) => movieGap(failure.reason))
  yield* Effect.annotateLogs(Effect.logWarning("Movie left as a gap"), { ...failure })
})

// Of the message, the outcome and the instant of the object that it tells of: to say only which movie of which run, or
// which message, would swallow for five minutes the word of an object that was written since. See docs/decisions/0007.
const sendExportMessage = Effect.fnUntraced(function* (message: ExportMessage, { messageId }: SqsRecord, at: Instant) {
  const { exportsQueue } = yield* settings
  const entry = {
    body: encodeExport(message),
    groupId: message.runDate,
    deduplicationId: `${messageId}-${message.outcome}-${at}`
  }
  yield* Sqs.use(({ sendAll }) => sendAll(exportsQueue, [entry]))
})

const deferRetry = Effect.fnUntraced(
  function* ({ attributes, receiptHandle }: SqsRecord, { reason }: Failure) {
    const { moviesQueue } = yield* settings
    const wait = retryDelay(attributes.ApproximateReceiveCount, reason === "QuotaExhausted" ? "quota" : "passing")
    const seconds = Duration.toSeconds(wait)
    yield* Sqs.use(({ changeVisibility }) => changeVisibility(moviesQueue, receiptHandle, seconds))
    yield* Effect.annotateLogs(Effect.logInfo("Record put off"), { seconds })
  },
  Effect.catchCause((cause) => logFailure("Warn", "Record not put off", cause))
)

/** The batch, in which one refusal of the key or its quota speaks for the movies not yet asked about. */
export const handleBatch = flow(
  perRecord(MovieMessage, program, {
    annotations: ({ runDate, movie: { imdbId } }) => ({ runDate, imdbId })
  }),
  Effect.provideServiceEffect(Omdb, Effect.flatMap(Omdb, stopAfterRefusal))
)

export const handler = onLambda(handleBatch, Layer.mergeAll(S3.layer, Sqs.layer, Omdb.layer, Metrics.layer))

const settings = Config.all({
  moviesBucket: Config.NonEmptyString(variable.moviesBucket),
  moviesQueue: Config.NonEmptyString(variable.moviesQueue),
  exportsQueue: Config.NonEmptyString(variable.exportsQueue),
  maxReceives: Config.Int(variable.maxReceives)
})

const encodeEnriched = Schema.encodeSync(Schema.fromJsonString(EnrichedMovie))
const encodeGap = Schema.encodeSync(Schema.fromJsonString(Gap))
const encodeExport = Schema.encodeSync(Schema.fromJsonString(ExportMessage))
