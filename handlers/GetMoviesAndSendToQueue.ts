import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { timeToDeadline } from "../domain/deadline.ts"
import { acceptedBySqs, ExportRequest, MovieMessage } from "../domain/Messages.ts"
import type { RankedMovie } from "../domain/RankedMovie.ts"
import { type RunDate, runDateOf } from "../domain/RunDate.ts"
import { RunRequest } from "../domain/RunRequest.ts"
import { maxListBytes, parseSourceList, SourceListUnusable, topMovies } from "../domain/SourceList.ts"
import { variable } from "../domain/variables.ts"
import { Metrics } from "../services/Metrics.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { Sqs } from "../services/Sqs.ts"
import { onEvent, onLambda } from "./lambda/onLambda.ts"

export class RunDateMissing extends Schema.TaggedError<RunDateMissing>()("RunDateMissing", {}) {
  override get message(): string {
    return "The event has no run date: send scheduledTime (an ISO 8601 instant) or runDate (YYYY-MM-DD)"
  }
}

/**
 * The top movies of the source list, one message each. The export request is sent first, with the longest delay: the run
 * is then published whatever fails later. The roster is written before the messages: it defines the run's movies.
 */
export const startRun = Effect.fn("GetMoviesAndSendToQueue")(function* (request: RunRequest) {
  const runDate = yield* runDateFor(request)
  return yield* Effect.annotateLogs(queueMovies(runDate, request), { runDate })
})

// The schedule's date, never the clock's: a retry after midnight belongs to the same run.
const runDateFor = Effect.fnUntraced(function* ({ runDate, scheduledTime }: RunRequest) {
  if (runDate !== undefined) return runDate
  if (scheduledTime === undefined) return yield* new RunDateMissing()
  return runDateOf(scheduledTime, yield* scheduleTimeZone)
})

const queueMovies = Effect.fnUntraced(function* (runDate: RunDate, { top: requestedTop, refresh }: RunRequest) {
  yield* Effect.logInfo("Run started")
  const { moviesQueue, source, top } = yield* settings
  const movies = yield* readTopMovies(source, requestedTop ?? top)
  const { sendAll } = yield* Sqs
  const request = encodeRequest({ version: 1, type: "export", runDate })
  yield* sendAll(moviesQueue, [{ body: request, delaySeconds: Duration.toSeconds(timeToDeadline) }])
  const rosterCreatedAt = yield* writeRoster(runDate, movies)

  const total = movies.length
  const run = { version: 1, type: "movie", runDate, rosterCreatedAt, total } as const
  const refreshed = refresh === undefined ? {} : { refresh }
  const messages = movies.map((movie) => ({ body: encodeMessage({ ...run, ...refreshed, movie }) }))
  yield* sendAll(moviesQueue, messages)
  yield* Metrics.use(({ runStarted }) => runStarted(total))
  yield* Effect.annotateLogs(Effect.logInfo("Movies queued"), { total })
  return { runDate, total, queued: messages.length }
})

const readTopMovies = Effect.fnUntraced(function* (source: Config.Success<typeof sourceObject>, top: number) {
  const { text } = yield* S3.use(({ getText }) => getText(source, { maxBytes: maxListBytes }))
  const { movies, skipped } = yield* parseSourceList(text).pipe(
    Effect.flatMap((list) => topMovies(list, top)),
    Effect.mapError(
      ({ detail }) => new SourceListUnusable({ detail: `${detail} (s3://${source.bucket}/${source.key})` })
    )
  )
  if (skipped.length > 0) {
    const rows = { count: skipped.length, first: skipped.slice(0, 10) }
    yield* Effect.annotateLogs(Effect.logWarning("Source rows skipped"), rows)
  }
  return movies
})

const writeRoster = Effect.fnUntraced(function* (runDate: RunDate, top: ReadonlyArray<RankedMovie>) {
  const movies = top.map(({ imdbId, rank, title }) => ({ imdbId, rank, title }))
  const createdAt = DateTime.formatIso(yield* DateTime.now)
  yield* RunStore.use(({ writeRoster }) => writeRoster({ runDate, total: movies.length, movies, createdAt }))
  return createdAt
})

const sourceObject = Config.all({
  bucket: Config.NonEmptyString(variable.sourceBucket),
  key: Config.NonEmptyString(variable.sourceKey),
  region: Config.NonEmptyString(variable.sourceRegion)
})

const scheduleTimeZone = Config.schema(Schema.TimeZoneNamedFromString, variable.scheduleTimeZone)

const settings = Config.all({
  source: sourceObject,
  moviesQueue: Config.NonEmptyString(variable.moviesQueue),
  top: Config.Int(variable.top)
})

const encodeRequest = Schema.encodeSync(Schema.fromJsonString(ExportRequest))
const encodeMessage = flow(Schema.encodeSync(Schema.fromJsonString(MovieMessage)), acceptedBySqs)

export const handleEvent = onEvent(RunRequest, startRun)

export const handler = onLambda(
  handleEvent,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provideMerge(S3.layer)), Sqs.layer, Metrics.layer)
)
