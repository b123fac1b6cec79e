import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { deadlineOf, lateExportDelay } from "../domain/deadline.ts"
import { ExportRequest, type MovieMessage, MovieOutcomeMessage, MoviesQueueMessage } from "../domain/Messages.ts"
import type { EnrichedMovie } from "../domain/MovieOutcome.ts"
import { retryDelay } from "../domain/retryDelay.ts"
import { epochMillis, type Instant } from "../domain/Values.ts"
import { variable } from "../domain/variables.ts"
import { Metrics } from "../services/Metrics.ts"
import { Omdb, stopAfterRefusal } from "../services/omdb/Omdb.ts"
import { QuotaExhausted } from "../services/omdb/OmdbErrors.ts"
import { RunStore, whenValid } from "../services/RunStore.ts"
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
 * One movie message in; an enriched object, or a gap where OMDb has no details for it, and one announcement to stage 3
 * out. The same movie of a run has the same key, so every write is safe to repeat, and OMDb is called only for a movie
 * that the run has not enriched yet. A transient failure fails the record, which comes back after a delay of its own.
 */
export const processMovie = Effect.fn("EnrichAndStoreMovie")(
  function* (attempt: Attempt) {
    yield* separateFromBatch(attempt)
    const stored = yield* Effect.tapCause(storedMovie(attempt.message), (cause) =>
      recordTransientFailure(attempt, cause)
    )
    yield* Option.match(stored, {
      onNone: () => enrichOrRecordGap(attempt),
      onSome: (movie) => keepOrRefresh(attempt, movie)
    })
    yield* acknowledgeRetry(attempt)
  },
  (self, attempt) => Effect.tapCause(self, (cause) => deferRetry(attempt, delayOf(attempt, cause)))
)

const storedMovie = ({ runDate, movie: { imdbId } }: MovieMessage) =>
  // An invalid object is replaced.
  RunStore.use(({ readEnriched }) => whenValid(readEnriched(runDate, imdbId)))

const enrichOrRecordGap = (attempt: Attempt) =>
  enrich(attempt).pipe(
    Effect.catchTag(["MovieNotFound", "DifferentMovieReturned"], (error) =>
      writeGap(attempt, { reason: error._tag, detail: error.message })
    ),
    Effect.tapCause((cause) => recordTransientFailure(attempt, cause))
  )

const enrich = Effect.fnUntraced(function* (attempt: Attempt) {
  const movie = enrichedMovie(attempt.message, yield* fetchReply(attempt))
  yield* RunStore.use(({ writeEnriched }) => writeEnriched(movie))
  yield* announce(attempt, "enriched", movie.enrichedAt)
  yield* Metrics.use(({ movieEnriched }) => movieEnriched)
  yield* Effect.logInfo("Movie enriched")
})

/** OMDb's reply, and when it was given. */
type Reply = Pick<EnrichedMovie, "omdb" | "enrichedAt">

const fetchReply = Effect.fnUntraced(function* ({ message, record }: Attempt) {
  const maxCalls = record.attributes.ApproximateReceiveCount <= 2 ? 3 : 1
  const omdb = yield* Omdb.use(({ details }) => details(message.movie.imdbId, { maxCalls }))
  return { omdb, enrichedAt: DateTime.formatIso(yield* DateTime.now) } satisfies Reply
})

const enrichedMovie = (
  { runDate, movie: { imdbId, rank, title, ...list } }: MovieMessage,
  { omdb, enrichedAt }: Reply
): EnrichedMovie => ({ runDate, rank, imdbId, title, list, omdb, enrichedAt })

/** Keeps OMDb's reply of an earlier attempt or run. A changed row of the list is written around it. */
const keepOrRefresh = Effect.fnUntraced(function* (attempt: Attempt, stored: EnrichedMovie) {
  const reply = needsRefresh(attempt.message, stored)
    ? yield* Effect.catchCause(fetchReply(attempt), (cause) =>
        Effect.as(logFailure("Warn", "Refresh failed", cause), stored)
      )
    : stored
  const movie = enrichedMovie(attempt.message, reply)
  if (!Equal.equals(movie, stored)) yield* RunStore.use(({ writeEnriched }) => writeEnriched(movie))
  yield* announce(attempt, "enriched", movie.enrichedAt)
  yield* Effect.logInfo(reply === stored ? "Movie already enriched" : "Movie refreshed")
})

const needsRefresh = (message: MovieMessage, { enrichedAt }: EnrichedMovie): boolean =>
  message.refresh === true && epochMillis(enrichedAt) < epochMillis(message.rosterCreatedAt)

/** A final gap on the last receive; before, a provisional one if the next attempt is after the run's deadline. */
const recordTransientFailure = Effect.fnUntraced(
  function* (attempt: Attempt, cause: Cause.Cause<unknown>) {
    if (isLastReceive(attempt)) return yield* writeGap(attempt, failureOf(cause))
    const nextAttempt = (yield* Clock.currentTimeMillis) + Duration.toMillis(delayOf(attempt, cause))
    if (nextAttempt <= deadlineOf(attempt.message.rosterCreatedAt)) return
    yield* writeGap(attempt, failureOf(cause), DateTime.formatIso(DateTime.makeUnsafe(nextAttempt)))
  },
  Effect.catchCause((cause) => logFailure("Error", "Gap not written", cause))
)

const isLastReceive = ({ record, settings }: Attempt): boolean =>
  record.attributes.ApproximateReceiveCount >= settings.maxReceives

const delayOf = ({ record }: Attempt, cause: Cause.Cause<unknown>): Duration.Duration => {
  const isQuota = cause.reasons.some((reason) => Cause.isFailReason(reason) && reason.error instanceof QuotaExhausted)
  return retryDelay(record.attributes.ApproximateReceiveCount, isQuota ? "quota" : "transient")
}

const writeGap = Effect.fnUntraced(function* (attempt: Attempt, failure: Failure, nextAttemptAt?: Instant) {
  const { message, record } = attempt
  const { runDate, movie } = message
  const { imdbId, rank, title } = movie
  const store = yield* RunStore
  // One that cannot be read is written again.
  const earlier = yield* Effect.orElseSucceed(whenValid(store.readGap(runDate, imdbId)), Option.none)
  const isRecorded = Option.exists(
    earlier,
    (gap) =>
      gap.nextAttemptAt !== undefined &&
      gap.reason === failure.reason &&
      epochMillis(gap.at) >= epochMillis(message.rosterCreatedAt)
  )
  // A provisional gap is written once, and again only when its reason changes or it becomes final.
  if (nextAttemptAt !== undefined && isRecorded) return

  const attempts = record.attributes.ApproximateReceiveCount
  const at = DateTime.formatIso(yield* DateTime.now)
  const next = nextAttemptAt === undefined ? {} : { nextAttemptAt }
  yield* store.writeGap({ runDate, imdbId, rank, title, ...failure, attempts, at, ...next })
  yield* announce(attempt, "gap", at)
  if (nextAttemptAt === undefined) yield* Metrics.use(({ movieGap }) => movieGap(failure.reason))
  const phrase = nextAttemptAt === undefined ? "Movie recorded as gap" : "Provisional gap recorded"
  yield* Effect.annotateLogs(Effect.logWarning(phrase), { ...failure, ...next })
})

/** Stage 3 learns of the object at once before the run's deadline; afterwards together with other late movies. */
const announce = Effect.fnUntraced(function* (
  { message: { runDate, movie, rosterCreatedAt }, record, settings }: Attempt,
  outcome: MovieOutcomeMessage["outcome"],
  at: Instant
) {
  const { sendAll } = yield* Sqs
  if ((yield* Clock.currentTimeMillis) > deadlineOf(rosterCreatedAt)) {
    const body = encodeRequest({ version: 1, type: "export", runDate })
    return yield* sendAll(settings.moviesQueue, [{ body, delaySeconds: Duration.toSeconds(lateExportDelay) }])
  }
  const body = encodeOutcome({ version: 1, type: "movie", runDate, imdbId: movie.imdbId, outcome })
  // The deduplication id contains the instant of the object. With the movie or the message alone, SQS would drop the
  // message for a newer object as a duplicate for five minutes. See docs/decisions/0007.
  const deduplicationId = `${record.messageId}-${outcome}-${at}`
  yield* sendAll(settings.exportsQueue, [{ body, groupId: runDate, deduplicationId }])
})

/**
 * Before the work of a retried message: it may end the function, as on an earlier receive. Its retry delay then keeps it
 * away from the rest of the batch, which comes back after the visibility timeout.
 */
const separateFromBatch = (attempt: Attempt) =>
  isRetry(attempt) ? deferRetry(attempt, delayOf(attempt, Cause.empty)) : Effect.void

/** At once, and not with the batch: a later message of it may end the function. */
const acknowledgeRetry = Effect.fnUntraced(
  function* (attempt: Attempt) {
    if (!isRetry(attempt)) return
    const { record, settings } = attempt
    yield* Sqs.use(({ deleteMessage }) => deleteMessage(settings.moviesQueue, record.receiptHandle))
  },
  Effect.catchCause((cause) => logFailure("Warn", "Message not deleted", cause))
)

const isRetry = ({ record }: Attempt): boolean => record.attributes.ApproximateReceiveCount > 1

const deferRetry = Effect.fnUntraced(
  function* (attempt: Attempt, delay: Duration.Duration) {
    if (isLastReceive(attempt)) return
    const { record, settings } = attempt
    const seconds = Duration.toSeconds(delay)
    yield* Sqs.use(({ changeVisibility }) => changeVisibility(settings.moviesQueue, record.receiptHandle, seconds))
    yield* Effect.annotateLogs(Effect.logInfo("Retry deferred"), { seconds })
  },
  Effect.catchCause((cause) => logFailure("Warn", "Retry not deferred", cause))
)

/**
 * Sends the request to stage 3. Requests of one run within four minutes have one deduplication id: all objects that they
 * announce were written before the first of them was forwarded, since each request was delayed by five minutes.
 */
const forwardExportRequest = Effect.fn("EnrichAndStoreMovie.forwardExportRequest")(function* (
  { runDate }: ExportRequest,
  exportsQueue: string
) {
  const window = Math.floor((yield* Clock.currentTimeMillis) / Duration.toMillis("4 minutes"))
  const body = encodeRequest({ version: 1, type: "export", runDate })
  const message = { body, groupId: runDate, deduplicationId: `${runDate}-export-${window}` }
  yield* Sqs.use(({ sendAll }) => sendAll(exportsQueue, [message]))
  yield* Effect.logInfo("Export requested")
})

const settings = Config.all({
  moviesQueue: Config.NonEmptyString(variable.moviesQueue),
  exportsQueue: Config.NonEmptyString(variable.exportsQueue),
  maxReceives: Config.Int(variable.maxReceives)
})

const encodeOutcome = Schema.encodeSync(Schema.fromJsonString(MovieOutcomeMessage))
const encodeRequest = Schema.encodeSync(Schema.fromJsonString(ExportRequest))

const forEachMessage = perRecord(MoviesQueueMessage, {
  annotations: (message) =>
    message.type === "movie"
      ? { runDate: message.runDate, imdbId: message.movie.imdbId }
      : { runDate: message.runDate },
  isUrgent: ({ type }) => type === "export"
})

/** One batch. After OMDb refused the key or its quota, no movie of the batch causes another call. */
export const handleBatch = Effect.fnUntraced(function* (event: unknown) {
  const current = yield* settings
  const omdb = yield* stopAfterRefusal(yield* Omdb)
  return yield* forEachMessage(event, (message, record) =>
    message.type === "export"
      ? forwardExportRequest(message, current.exportsQueue)
      : processMovie({ message, record, settings: current }).pipe(Effect.provideService(Omdb, omdb))
  )
})

export const handler = onLambda(
  handleBatch,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provide(S3.layer)), Sqs.layer, Omdb.layer, Metrics.layer)
)
