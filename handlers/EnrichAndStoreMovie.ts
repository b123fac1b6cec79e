import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { type MovieMessage, MoviesQueueMessage } from "../domain/Messages.ts"
import type { EnrichedMovie } from "../domain/MovieOutcome.ts"
import { epochMillis } from "../domain/Values.ts"
import { whenValid } from "../services/documents.ts"
import { inOneLine, Metrics } from "../services/Metrics.ts"
import { Omdb, stopAfterRefusal } from "../services/omdb/Omdb.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { Sqs } from "../services/Sqs.ts"
import { logFailure } from "./lambda/failureOf.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perRecord } from "./lambda/perRecord.ts"
import { type Attempt, acknowledgeRetry, deferRetry, separateFromBatch, settings } from "./movie/Attempt.ts"
import { announce, forwardExportRequest } from "./movie/announce.ts"
import { recordGap, recordTransientFailure } from "./movie/gaps.ts"

/**
 * One movie message in; an enriched object, or a gap where OMDb has no details for it, and one announcement to stage 3
 * out. The same movie of a run has the same key, so every write is safe to repeat, and OMDb is called only for a movie
 * that the run has not enriched yet. A transient failure fails the record, which comes back after a delay of its own.
 */
export const processMovie = Effect.fn("EnrichAndStoreMovie")(
  function* (attempt: Attempt) {
    yield* separateFromBatch(attempt)
    const stored = yield* storedMovie(attempt)
    yield* Option.match(stored, {
      onNone: () => enrich(attempt),
      onSome: (movie) => keepOrRefresh(attempt, movie)
    })
    yield* acknowledgeRetry(attempt)
  },
  (self, attempt) => Effect.tapCause(self, (cause) => deferRetry(attempt, cause))
)

/** None for an invalid object too: it is replaced. */
const storedMovie = (attempt: Attempt) =>
  RunStore.use(({ readEnriched }) =>
    whenValid(readEnriched(attempt.message.runDate, attempt.message.movie.imdbId))
  ).pipe(Effect.tapCause((cause) => recordTransientFailure(attempt, cause)))

const enrich = Effect.fnUntraced(function* (attempt: Attempt) {
  const outcome = yield* storeReply(attempt).pipe(
    Effect.map(Result.succeed),
    Effect.catchTag(["MovieNotFound", "DifferentMovieReturned"], (error) => Effect.succeed(Result.fail(error))),
    Effect.tapCause((cause) => recordTransientFailure(attempt, cause))
  )
  if (Result.isFailure(outcome)) {
    const { _tag: reason, message: detail } = outcome.failure
    return yield* recordGap(attempt, { reason, detail })
  }
  yield* announce(attempt, "enriched", outcome.success.enrichedAt)
  yield* Metrics.use(({ movieEnriched }) => movieEnriched)
  yield* Effect.logInfo("Movie enriched")
})

const storeReply = Effect.fnUntraced(function* (attempt: Attempt) {
  const movie = enrichedMovie(attempt.message, yield* fetchReply(attempt))
  yield* RunStore.use(({ writeEnriched }) => writeEnriched(movie))
  return movie
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
  const kept = { ...stored, ...reply }
  const current = enrichedMovie(attempt.message, reply)
  const movie = Equal.equals(current, kept) || (yield* isOfLatestRoster(attempt.message)) ? current : kept
  if (!Equal.equals(movie, stored)) yield* RunStore.use(({ writeEnriched }) => writeEnriched(movie))
  yield* announce(attempt, "enriched", movie.enrichedAt)
  yield* Effect.logInfo(reply === stored ? "Movie already enriched" : "Movie refreshed")
})

/** A message of an earlier roster can come late: after a long retry delay, or by a redrive. Its row is out of date then. */
const isOfLatestRoster = ({ runDate, rosterCreatedAt }: MovieMessage) =>
  RunStore.use(({ readRoster }) => whenValid(readRoster(runDate))).pipe(
    Effect.map((roster) => Option.isSome(roster) && roster.value.createdAt === rosterCreatedAt)
  )

const needsRefresh = (message: MovieMessage, { enrichedAt }: EnrichedMovie): boolean =>
  message.refresh === true && epochMillis(enrichedAt) < epochMillis(message.rosterCreatedAt)

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
      : processMovie({ message, record, settings: current }).pipe(Effect.provideService(Omdb, omdb), inOneLine)
  )
})

export const handler = onLambda(
  handleBatch,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provide(S3.layer)), Sqs.layer, Omdb.layer, Metrics.layer)
)
