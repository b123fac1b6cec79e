import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { CsvRow } from "../../domain/CsvRow.ts"
import type { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey, enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import type { TableItem } from "../../domain/TableItem.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import type { SimulatedSystem } from "./SimulatedSystem.ts"

/** What there is of a run, read from the model's bucket, table and dead-letter queues, and not by the handlers' code. */
export interface RunSnapshot {
  readonly runDate: RunDate
  readonly roster: Roster | undefined
  readonly manifest: Manifest | undefined
  readonly csv: string | undefined
  readonly rows: ReadonlyArray<CsvRow>
  readonly items: ReadonlyArray<TableItem>
  /** Of the roster, with the version of the object that tells of each. */
  readonly enriched: ReadonlyArray<{
    readonly imdbId: ImdbId
    readonly movie: EnrichedMovie
    readonly rank: number
    readonly etag: string
  }>
  readonly gaps: ReadonlyArray<Gap>
  /** The objects that account for the enriched and the gaps, in order of rank. */
  readonly objects: ReadonlyArray<{ readonly key: string; readonly etag: string }>
  /** Neither. */
  readonly missing: ReadonlyArray<ImdbId>
  /** In each dead-letter queue, what is about the run. */
  readonly deadLetters: Readonly<Record<DeadLetterQueueName, ReadonlyArray<DeadLetter>>>
}

export interface DeadLetter {
  readonly messageId: string
  readonly body: string
}

export type DeadLetterQueueName = "daily" | "failedRuns" | "movies" | "exports" | "loads"

const decode = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const text = Schema.decodeUnknownSync(Schema.fromJsonString(schema))
  return (json: string | undefined): A | undefined => (json === undefined ? undefined : text(json))
}
const roster = decode(Roster)
const manifest = decode(Manifest)
const enriched = decode(EnrichedMovie)
const gap = decode(Gap)

export const takeSnapshot = ({ account, declared }: SimulatedSystem, date: string): RunSnapshot => {
  const runDate = RunDate.make(date)
  const bucket = account.buckets.get(declared.outputs.moviesBucket)
  const textOf = (key: string) => bucket?.get(key)?.text
  const theRoster = roster(textOf(rosterKey(runDate)))
  const csv = textOf(csvKey(runDate))
  const lettersIn = (queue: DeadLetterQueueName) =>
    account
      .findQueue(declared.outputs.deadLetterQueues[queue])
      .contents()
      .filter(({ body }) => subjectOf(queue, body).includes(date))
  const members = theRoster?.movies.toSorted((one, other) => one.rank - other.rank) ?? []
  return {
    runDate,
    roster: theRoster,
    manifest: manifest(textOf(manifestKey(runDate))),
    csv,
    rows: csv === undefined ? [] : Effect.runSync(parseCsv(csv)).map(({ row }) => row),
    items: account.tables.get(declared.outputs.moviesTable)?.itemsOfDay(date) ?? [],
    enriched: members.flatMap(({ imdbId, rank }) => {
      const object = bucket?.get(enrichedKey(runDate, imdbId))
      const movie = enriched(object?.text)
      return object === undefined || movie === undefined ? [] : [{ imdbId, movie, rank, etag: object.etag }]
    }),
    gaps: members.flatMap(({ imdbId }) => {
      const isEnriched = bucket?.get(enrichedKey(runDate, imdbId)) !== undefined
      const found = gap(textOf(gapKey(runDate, imdbId)))
      return isEnriched || found === undefined ? [] : [found]
    }),
    objects: members.flatMap(({ imdbId }) => {
      const object = bucket?.get(enrichedKey(runDate, imdbId)) ?? bucket?.get(gapKey(runDate, imdbId))
      return object === undefined ? [] : [{ key: object.key, etag: object.etag }]
    }),
    missing: members
      .map(({ imdbId }) => imdbId)
      .filter((imdbId) => textOf(enrichedKey(runDate, imdbId)) === undefined)
      .filter((imdbId) => textOf(gapKey(runDate, imdbId)) === undefined),
    deadLetters: {
      daily: lettersIn("daily"),
      failedRuns: lettersIn("failedRuns"),
      movies: lettersIn("movies"),
      exports: lettersIn("exports"),
      loads: lettersIn("loads")
    }
  }
}

/** Lambda's failure record has times of its own: what it is about is the event in it. */
const subjectOf = (queue: DeadLetterQueueName, body: string): string =>
  queue === "failedRuns" ? JSON.stringify(JSON.parse(body).requestPayload) : body

/** A promise of the pipeline: says what is wrong where it is broken, a sentence each. */
export type Invariant = (pipeline: SimulatedSystem) => ReadonlyArray<string>

export const forEachRun =
  (broken: (run: RunSnapshot, pipeline: SimulatedSystem) => ReadonlyArray<string>): Invariant =>
  (pipeline) =>
    pipeline.dates.flatMap((date) => broken(takeSnapshot(pipeline, date), pipeline).map((what) => `${date}: ${what}`))

export const ids = (movies: ReadonlyArray<{ readonly imdbId: string }>) => movies.map(({ imdbId }) => imdbId)

export const unless = (holds: boolean, what: string): ReadonlyArray<string> => (holds ? [] : [what])
