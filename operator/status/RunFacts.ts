import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import { enrichedPrefix, gapsPrefix, manifestKey, rosterKey } from "../../domain/keys.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import type { Manifest, Roster } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { S3 } from "../../services/S3.ts"
import { type Depth, Queues } from "../aws/Queues.ts"
import type { DeadLetter } from "../dlq/DeadLetter.ts"
import { deadLetterQueues } from "../dlq/DeadLetterQueue.ts"
import { lookAt } from "../dlq/lookAt.ts"
import { findGap, findManifest, findRoster } from "../stack/documents.ts"
import { Stack } from "../stack/Stack.ts"

/** All that is known of a run: what lies in the bucket, the table and the queues. */
export interface RunFacts {
  readonly runDate: RunDate
  readonly roster: Option.Option<Roster>
  /** The objects of enriched movies and of gaps. */
  readonly stored: ReadonlyArray<{ readonly key: string; readonly etag: string }>
  readonly gaps: ReadonlyArray<Gap>
  readonly manifest: Option.Option<Manifest>
  /** The ids of the day's items in the table. */
  readonly items: ReadonlyArray<string>
  readonly queues: Readonly<Record<"movies" | "exports" | "loads", Depth>>
  /** Of all runs. */
  readonly deadLetters: ReadonlyArray<DeadLetter>
  /** How many more there are that cannot be seen just now. */
  readonly unseen: number
  /** After how many receives a movie's message is a dead letter. */
  readonly maxReceives: Option.Option<number>
}

/** The queues first: what leaves them meanwhile is then found where it has gone. */
export const readFacts = Effect.fnUntraced(function* (runDate: RunDate) {
  const { outputs } = yield* Stack
  const { attributes } = yield* Queues
  const movies = yield* attributes(outputs.queues.movies)
  const exports = yield* attributes(outputs.queues.exports)
  const loads = yield* attributes(outputs.queues.loads)
  const looks = yield* Effect.forEach(deadLetterQueues(outputs), lookAt, { concurrency: "unbounded" })

  const { list } = yield* S3
  const enriched = yield* list(outputs.moviesBucket, enrichedPrefix(runDate))
  const left = yield* list(outputs.moviesBucket, gapsPrefix(runDate))
  const gaps = yield* Effect.forEach(left, ({ key }) => findGap(key), { concurrency: 16 })
  return {
    runDate,
    roster: yield* findRoster(rosterKey(runDate)),
    stored: [...enriched, ...left],
    gaps: Arr.getSomes(gaps),
    manifest: yield* findManifest(manifestKey(runDate)),
    items: yield* DynamoDb.use(({ idsOfDay }) => idsOfDay(outputs.moviesTable, runDate)),
    queues: { movies, exports, loads },
    deadLetters: looks.flatMap(({ letters }) => letters),
    unseen: looks.reduce((sum, { unseen }) => sum + unseen, 0),
    maxReceives: movies.maxReceiveCount
  } satisfies RunFacts
})
