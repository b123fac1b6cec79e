import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CannotRun } from "../../cli/CommandErrors.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import { type Manifest, type Roster, runProgress } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { whenPresent, whenValid } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"
import type { ObjectSummary } from "../../services/S3.ts"
import { type QueueDepth, Queues } from "../aws/Queues.ts"
import { type DeadLetter, readDeadLetters } from "../dlq/DeadLetter.ts"
import { deadLetterQueues } from "../dlq/DeadLetterQueue.ts"
import { Stack } from "../Stack.ts"

/** What the bucket, the table and the queues hold of a run. */
export interface RunFacts {
  readonly runDate: RunDate
  /** When the facts were read, in milliseconds of the epoch. */
  readonly now: number
  readonly roster: Option.Option<Roster>
  /** The objects of enriched movies and of gaps. */
  readonly stored: ReadonlyArray<ObjectSummary>
  /** Of the movies of the roster that are not enriched. */
  readonly gaps: ReadonlyArray<Gap>
  readonly manifest: Option.Option<Manifest>
  /** The IMDb ids of the day's rows in the table. */
  readonly items: ReadonlyArray<string>
  readonly queues: Readonly<Record<"movies" | "exports" | "loads", QueueDepth>>
  /** Of all runs. */
  readonly deadLetters: ReadonlyArray<DeadLetter>
  /** Number of further dead letters that cannot be read now. */
  readonly unseen: number
  /** Of the movies queue. */
  readonly maxReceiveCount: Option.Option<number>
}

/** Reads the queues first: a message that leaves one meanwhile is then found at the next. */
export const readRunFacts = Effect.fnUntraced(function* (runDate: RunDate) {
  const { outputs } = yield* Stack
  const { attributes } = yield* Queues
  const movies = yield* attributes(outputs.queues.movies)
  const exports = yield* attributes(outputs.queues.exports)
  const loads = yield* attributes(outputs.queues.loads)
  const contents = yield* Effect.forEach(deadLetterQueues(outputs), readDeadLetters, { concurrency: "unbounded" })

  const { listOutcomes, readGap, readManifest, readRoster } = yield* RunStore
  const stored = yield* listOutcomes(runDate)
  const roster = yield* whenPresent(readRoster(runDate))
  const outcomes = Option.match(roster, {
    onNone: () => [],
    onSome: (roster) => runProgress(roster, stored).outcomes
  })
  const withGap = outcomes.filter(({ outcome }) => outcome === "gap")
  const gaps = yield* Effect.forEach(withGap, ({ movie }) => whenValid(readGap(runDate, movie.imdbId)), {
    concurrency: 16
  })
  return {
    runDate,
    now: yield* Clock.currentTimeMillis,
    roster,
    stored,
    gaps: Arr.getSomes(gaps),
    manifest: yield* whenValid(readManifest(runDate)),
    items: yield* DynamoDb.use(({ idsOfDay }) => idsOfDay(outputs.moviesTable, runDate)),
    queues: { movies, exports, loads },
    deadLetters: contents.flatMap(({ deadLetters }) => deadLetters),
    unseen: contents.reduce((sum, { unseen }) => sum + unseen, 0),
    maxReceiveCount: movies.maxReceiveCount
  } satisfies RunFacts
})

/** The latest of the run dates that have a roster or a dead letter of their event. */
export const latestRunDate = Effect.gen(function* () {
  const { outputs, name } = yield* Stack
  const { listRunDates } = yield* RunStore
  const withRoster = yield* listRunDates
  const eventQueues = deadLetterQueues(outputs).filter(({ source }) => source === undefined)
  const contents = yield* Effect.forEach(eventQueues, readDeadLetters)
  const withDeadLetter = contents.flatMap(({ deadLetters }) => deadLetters.flatMap(({ runDate }) => runDate ?? []))
  const latest = [...withRoster, ...withDeadLetter].sort().at(-1)
  if (latest !== undefined) return latest
  return yield* new CannotRun({
    message: `${name} has no run yet: give a run date, or look for a failed start with dlq list.`
  })
})
