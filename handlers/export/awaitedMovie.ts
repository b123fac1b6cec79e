import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { deadlineOf } from "../../domain/deadline.ts"
import type { ExportsQueueMessage } from "../../domain/Messages.ts"
import { type Roster, type RosterMovie, runProgress } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { Instant } from "../../domain/Values.ts"
import type { Stored } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"

interface AwaitedMovie {
  readonly movie: RosterMovie
  /** Of the roster that has the movie. */
  readonly createdAt: Instant
  readonly rosterEtag: string
}

/** A movie of each run that was last found to be pending. Kept between the invocations of an execution environment. */
export class AwaitedMovies extends Context.Service<AwaitedMovies, Map<RunDate, AwaitedMovie>>()(
  "imdb-etl/handlers/export/AwaitedMovies"
) {
  static readonly layer = Layer.sync(AwaitedMovies, () => new Map<RunDate, AwaitedMovie>())
}

export const rememberAwaited = ({ value: { runDate, createdAt }, etag }: Stored<Roster>, movie: RosterMovie) =>
  AwaitedMovies.use((awaited) => Effect.sync(() => void awaited.set(runDate, { movie, createdAt, rosterEtag: etag })))

/**
 * A movie that was pending and still is, so that the run is not complete. Three requests for single objects show it,
 * however many objects the run has. Undefined where no such movie is known, or an export is requested.
 */
export const findAwaited = Effect.fnUntraced(function* (
  runDate: RunDate,
  messages: ReadonlyArray<ExportsQueueMessage>
) {
  const awaited = (yield* AwaitedMovies).get(runDate)
  if (awaited === undefined || (yield* isExportRequested(messages, awaited))) return
  const { movie, createdAt } = awaited
  if (messages.some((message) => message.type === "movie" && message.imdbId === movie.imdbId)) return
  const { rosterEtag, findOutcomes } = yield* RunStore
  const [etag, stored] = yield* Effect.all([rosterEtag(runDate), findOutcomes(runDate, movie.imdbId)], {
    concurrency: "unbounded"
  })
  const { pending } = runProgress({ runDate, createdAt, total: 1, movies: [movie] }, stored)
  return etag === awaited.rosterEtag ? pending[0] : undefined
})

/** After the deadline every message is a request: the request itself can wait in the queue behind a failed message. */
export const isExportRequested = (
  messages: ReadonlyArray<ExportsQueueMessage>,
  { createdAt }: Pick<Roster, "createdAt">
) =>
  Effect.map(
    Clock.currentTimeMillis,
    (now) => messages.some(({ type }) => type === "export") || now > deadlineOf(createdAt)
  )
