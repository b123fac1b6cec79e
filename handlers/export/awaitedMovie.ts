import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { deadlineOf } from "../../domain/deadline.ts"
import type { ExportsQueueMessage } from "../../domain/Messages.ts"
import { type Roster, type RosterMovie, runProgress } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { Stored } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"

/**
 * Kept between the invocations of an execution environment: by run, the roster and its version when a movie was last
 * found to be pending, with only that movie.
 */
export class AwaitedMovies extends Context.Service<AwaitedMovies, Map<RunDate, Stored<Roster>>>()(
  "imdb-etl/handlers/export/AwaitedMovies"
) {
  static readonly layer = Layer.sync(AwaitedMovies, () => new Map<RunDate, Stored<Roster>>())
}

export const rememberAwaited = (roster: Stored<Roster>, movie: RosterMovie) =>
  AwaitedMovies.use((awaited) =>
    Effect.sync(
      () => void awaited.set(roster.value.runDate, { ...roster, value: { ...roster.value, movies: [movie] } })
    )
  )

/**
 * A movie that was pending and still is, so that the run is not complete. Three requests for single objects show it,
 * however many objects the run has. Undefined where no such movie is known, or an export is requested.
 */
export const findAwaited = Effect.fnUntraced(function* (
  runDate: RunDate,
  messages: ReadonlyArray<ExportsQueueMessage>
) {
  const awaited = (yield* AwaitedMovies).get(runDate)
  const movie = awaited?.value.movies[0]
  if (awaited === undefined || movie === undefined || (yield* isExportRequested(messages, awaited.value))) return
  if (messages.some((message) => message.type === "movie" && message.imdbId === movie.imdbId)) return
  const { rosterEtag, findOutcomes } = yield* RunStore
  const [etag, stored] = yield* Effect.all([rosterEtag(runDate), findOutcomes(runDate, movie.imdbId)], {
    concurrency: "unbounded"
  })
  const isPending = etag === awaited.etag && runProgress(awaited.value, stored).pending.length > 0
  return isPending ? movie : undefined
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
