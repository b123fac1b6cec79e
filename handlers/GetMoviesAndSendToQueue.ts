import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { rosterKey } from "../domain/keys.ts"
import { MovieMessage } from "../domain/Messages.ts"
import type { RankedMovie } from "../domain/RankedMovie.ts"
import { Roster } from "../domain/Run.ts"
import { RunDate, runDateOf } from "../domain/RunDate.ts"
import { parseSourceList, type SourceList, SourceListUnusable, topMovies } from "../domain/SourceList.ts"
import { variable } from "../domain/variables.ts"
import { Metrics } from "../services/Metrics.ts"
import { S3 } from "../services/S3.ts"
import { Sqs } from "../services/Sqs.ts"
import { fromEvent } from "./lambda/fromEvent.ts"
import { onLambda } from "./lambda/onLambda.ts"

/** From the schedule, its `scheduledTime`; by hand, a `runDate`, which wins, and a `top` other than the configured. */
export const RunRequest = Schema.Struct({
  scheduledTime: Schema.optionalKey(Schema.DateTimeUtcFromString),
  runDate: Schema.optionalKey(RunDate),
  top: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })))
})
export type RunRequest = typeof RunRequest.Type

export class RunDateMissing extends Schema.TaggedError<RunDateMissing>()("RunDateMissing", {}) {
  override get message(): string {
    return "The event names no run: give scheduledTime (an ISO 8601 instant) or runDate (YYYY-MM-DD)"
  }
}

/** The best of the source list, one message each. The roster comes first: it says who belongs to the run. */
export const program = Effect.fn("GetMoviesAndSendToQueue")(function* (request: RunRequest) {
  const runDate = yield* runDateFor(request)
  return yield* Effect.annotateLogs(queueRun(runDate, request.top), { runDate })
})

const queueRun = Effect.fnUntraced(function* (runDate: RunDate, asked: number | undefined) {
  yield* Effect.logInfo("Run begun")
  const { moviesQueue, top } = yield* settings
  const movies = yield* readTopMovies(asked ?? top)
  yield* writeRoster(runDate, movies)

  const total = movies.length
  const entries = movies.map((movie) => ({ body: encodeMessage({ version: 1, runDate, total, movie }) }))
  yield* Sqs.use(({ sendAll }) => sendAll(moviesQueue, entries))
  yield* Metrics.use(({ moviesQueued }) => moviesQueued(total))
  yield* Effect.annotateLogs(Effect.logInfo("Movies queued"), { total })
  return { runDate, total, queued: entries.length }
})

const readTopMovies = Effect.fnUntraced(function* (top: number) {
  const { source } = yield* settings
  const { text } = yield* S3.use(({ getText }) => getText(source, { maxBytes: longestList }))
  return yield* parseSourceList(text).pipe(
    Effect.tap(({ skipped }) => (skipped.length > 0 ? logSkipped(skipped) : Effect.void)),
    Effect.flatMap((list) => topMovies(list, top)),
    Effect.mapError(
      ({ detail }) => new SourceListUnusable({ detail: `${detail} (s3://${source.bucket}/${source.key})` })
    )
  )
})

const logSkipped = (skipped: SourceList["skipped"]) =>
  Effect.annotateLogs(Effect.logWarning("Rows of the source list skipped"), {
    count: skipped.length,
    first: skipped.slice(0, 10)
  })

const writeRoster = Effect.fnUntraced(function* (runDate: RunDate, best: ReadonlyArray<RankedMovie>) {
  const { moviesBucket } = yield* settings
  const movies = best.map(({ imdbId, rank, title }) => ({ imdbId, rank, title }))
  const createdAt = DateTime.formatIso(yield* DateTime.now)
  const roster = encodeRoster({ runDate, total: movies.length, movies, createdAt })
  const object = { bucket: moviesBucket, key: rosterKey(runDate) }
  yield* S3.use(({ putText }) => putText(object, roster, "application/json"))
})

export const handleEvent = fromEvent(RunRequest, program)

export const handler = onLambda(handleEvent, Layer.mergeAll(S3.layer, Sqs.layer, Metrics.layer))

/** In bytes. The list is 100 KB; a hundred times that is not the list. */
const longestList = 5_000_000

const settings = Config.all({
  source: Config.all({
    bucket: Config.NonEmptyString(variable.sourceBucket),
    key: Config.NonEmptyString(variable.sourceKey),
    region: Config.NonEmptyString(variable.sourceRegion)
  }),
  moviesBucket: Config.NonEmptyString(variable.moviesBucket),
  moviesQueue: Config.NonEmptyString(variable.moviesQueue),
  top: Config.Int(variable.top)
})

// The day is the schedule's and never the clock's, so a retry after midnight is still the same run.
const runDateFor = ({ runDate, scheduledTime }: RunRequest): Effect.Effect<RunDate, RunDateMissing> => {
  if (runDate !== undefined) return Effect.succeed(runDate)
  return scheduledTime === undefined ? new RunDateMissing() : Effect.succeed(runDateOf(scheduledTime))
}

const encodeRoster = Schema.encodeSync(Schema.fromJsonString(Roster))
const encodeMessage = flow(Schema.encodeSync(Schema.fromJsonString(MovieMessage)), (json) =>
  // SQS takes every character but these two, and a title that has one would keep the whole run from being queued.
  json.replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
)
