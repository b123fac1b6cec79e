import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { pluralize } from "../../cli/output.ts"
import { isExported, type Manifest, type Roster, runProgress } from "../../domain/Run.ts"
import type { QueueDepth } from "../aws/Queues.ts"
import { DeadLetterQueueName } from "../dlq/DeadLetterQueue.ts"
import type { MovieStatus } from "./MovieStatus.ts"
import type { RunFacts } from "./RunFacts.ts"

/** Something a run needs to finish. */
export const Wait = Schema.Struct({
  what: Schema.String,
  why: Schema.String,
  /** The dead-letter queue to redrive, and the command for it; absent where a retry or a new run of the date resolves it. */
  queue: Schema.optionalKey(DeadLetterQueueName),
  command: Schema.optionalKey(Schema.String)
})
export type Wait = typeof Wait.Type

export const Loaded = Schema.Struct({
  csvKey: Schema.String,
  /** Rows in the table. */
  tableItems: Schema.Int
})
export type Loaded = typeof Loaded.Type

/**
 * How the run ended, or what it waits for. With gaps, every movie has an outcome, but some have no row. An unfinished run
 * is published once the manifest of its roster exists, with the rows of the movies that were enriched by then.
 */
export const RunEnd = Schema.Union([
  Schema.Struct({ state: Schema.Literal("complete"), ...Loaded.fields }),
  Schema.Struct({ state: Schema.Literal("complete with gaps"), gaps: Schema.Int, ...Loaded.fields }),
  Schema.Struct({
    state: Schema.Literal("unfinished"),
    waitsFor: Schema.Array(Wait),
    published: Schema.optionalKey(Loaded)
  })
])
export type RunEnd = typeof RunEnd.Type

type Reason = Omit<Wait, "what">

export const runEnd = (facts: RunFacts, movies: ReadonlyArray<MovieStatus>): RunEnd => {
  const unfinished = (...waitsFor: ReadonlyArray<Wait>): RunEnd => {
    return { state: "unfinished", waitsFor, ...publishedPart(facts) }
  }
  if (Option.isNone(facts.roster)) return unfinished({ what: "the roster", ...stageOneReason(facts) })
  const waits = movieWaits(facts, movies)
  if (waits.length > 0) return unfinished(...waits)
  const manifest = currentManifest(facts, facts.roster.value)
  if (Option.isNone(manifest)) return unfinished({ what: "the export", ...queueReason(facts, "exports") })

  const enriched = movies.filter(({ state }) => state === "enriched")
  const rows = facts.items.length
  if (rows !== enriched.length || !enriched.every(({ imdbId }) => facts.items.includes(imdbId))) {
    const what = `the rows of the table (${rows} in the table, ${enriched.length} in the CSV)`
    return unfinished({ what, ...queueReason(facts, "loads") })
  }
  // The table has the ids of the CSV, but the values may be those of an older CSV.
  const failedLoad = deadLetterReason(facts, "loads")
  if (failedLoad !== undefined) return unfinished({ what: "a load of the CSV", ...failedLoad })
  const loaded = { csvKey: manifest.value.csvKey, tableItems: rows }
  const gaps = movies.length - enriched.length
  return gaps === 0 ? { state: "complete", ...loaded } : { state: "complete with gaps", ...loaded, gaps }
}

const publishedPart = ({ roster, manifest, items }: RunFacts): { readonly published?: Loaded } => {
  const createdAt = Option.getOrUndefined(roster)?.createdAt
  if (Option.isNone(manifest) || manifest.value.rosterCreatedAt !== createdAt) return {}
  return { published: { csvKey: manifest.value.csvKey, tableItems: items.length } }
}

/** The manifest, if it was made from the objects that are there now. */
const currentManifest = ({ stored, manifest }: RunFacts, roster: Roster): Option.Option<Manifest> =>
  Option.filter(manifest, (found) => isExported(found, roster, runProgress(roster, stored)))

const movieWaits = (facts: RunFacts, movies: ReadonlyArray<MovieStatus>): ReadonlyArray<Wait> => {
  const inState = (state: MovieStatus["state"], reason: Reason): ReadonlyArray<Wait> => {
    const count = movies.filter((movie) => movie.state === state).length
    return count === 0 ? [] : [{ what: `${pluralize(count, "movie")} (${state})`, ...reason }]
  }
  return [
    ...inState("provisional gap", { why: nextAttempt(movies) }),
    ...inState("waiting", { why: formatDepth(facts.queues.movies, "movies") }),
    ...inState("dead letter", deadLetterReason(facts, "movies") ?? nothingInProgress),
    ...inState("missing", stageOneReason(facts)),
    ...inState("unreadable", {
      why: "the object is not valid: run the date again, which replaces it if OMDb returns the movie"
    })
  ]
}

const nextAttempt = (movies: ReadonlyArray<MovieStatus>): string => {
  const [first] = movies.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []).sort()
  return first === undefined ? "retries go on" : `next attempt at ${first}`
}

const stageOneReason = (facts: RunFacts): Reason =>
  deadLetterReason(facts, "failed-runs") ?? deadLetterReason(facts, "daily") ?? nothingInProgress

/** Why the stage behind a queue has not finished. */
const queueReason = (facts: RunFacts, queue: "exports" | "loads"): Reason => {
  const depth = facts.queues[queue]
  const inProgress = depth.visible + depth.hidden > 0 ? { why: formatDepth(depth, queue) } : nothingInProgressFor[queue]
  return deadLetterReason(facts, queue) ?? inProgress
}

const nothingInProgress: Reason = { why: "nothing is in progress: run the date again" }
const nothingInProgressFor = {
  exports: nothingInProgress,
  // A CSV that has not changed is not written again, and so not loaded again.
  loads: { why: "nothing is in progress: delete the CSV and run the date again, which writes and loads it" }
}

/** Undefined where the queue holds no dead letter of this run. */
const deadLetterReason = ({ deadLetters, runDate }: RunFacts, queue: DeadLetterQueueName): Reason | undefined => {
  const found = deadLetters.find((deadLetter) => deadLetter.queue === queue && deadLetter.runDate === runDate)
  return found && { why: `dead letter in ${queue}: ${found.cause}`, queue, command: `dlq redrive ${queue}` }
}

const formatDepth = ({ visible, hidden }: QueueDepth, queue: string): string => {
  const counts = [
    ...(visible > 0 ? [`${pluralize(visible, "message")} visible`] : []),
    ...(hidden > 0 ? [`${pluralize(hidden, "message")} in flight or hidden until the next attempt`] : [])
  ]
  return `on the ${queue} queue: ${counts.join(", ")}`
}
