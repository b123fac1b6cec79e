import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import type { CsvRow } from "../../domain/CsvRow.ts"
import type { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey, enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import type { TableItem } from "../../domain/TableItem.ts"
import { epochMillis } from "../../domain/Values.ts"
import type { StackOutputs } from "../../operator/Stack.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import type { ModelAccount } from "../model/ModelAccount.ts"
import type { DeclaredStack } from "./declaredStack.ts"

/** The state of a run, read from the model's bucket, table and dead-letter queues without the handlers' code. */
export interface RunSnapshot {
  readonly runDate: RunDate
  readonly roster: Roster | undefined
  readonly manifest: Manifest | undefined
  readonly csv: string | undefined
  readonly rows: ReadonlyArray<CsvRow>
  readonly items: ReadonlyArray<TableItem>
  /** Of the roster, by rank, with the ETag of each object. */
  readonly enriched: ReadonlyArray<{
    readonly imdbId: ImdbId
    readonly movie: EnrichedMovie
    readonly rank: number
    readonly etag: string
  }>
  readonly gaps: ReadonlyArray<Gap>
  /** The objects of the enriched movies and the gaps, by rank. */
  readonly objects: ReadonlyArray<{ readonly key: string; readonly etag: string }>
  /** Movies of the roster with neither an enriched object nor a gap that is not older than the roster. */
  readonly missing: ReadonlyArray<ImdbId>
  /** The dead letters about the run. */
  readonly deadLetters: Readonly<Record<keyof StackOutputs["deadLetterQueues"], ReadonlyArray<DeadLetter>>>
}

export interface DeadLetter {
  readonly messageId: string
  readonly body: string
}

interface StoredText {
  readonly text: string
}

/** Decodes the JSON of an object, each version of it once. */
export const decoder = <A>(schema: Schema.ConstraintDecoder<A>) => {
  const decode = Schema.decodeUnknownSync(Schema.fromJsonString(schema))
  const decoded = new WeakMap<StoredText, A>()
  return (object: StoredText): A => {
    const value = decoded.get(object) ?? decode(object.text)
    decoded.set(object, value)
    return value
  }
}

export const decodeStored = {
  roster: decoder(Roster),
  manifest: decoder(Manifest),
  enriched: decoder(EnrichedMovie),
  gap: decoder(Gap)
}

export const takeSnapshot = (account: ModelAccount, { outputs }: DeclaredStack, date: string): RunSnapshot => {
  const runDate = RunDate.make(date)
  const bucket = account.buckets.get(outputs.moviesBucket)
  const read = <A>(key: string, decode: (object: StoredText) => A): A | undefined => {
    const object = bucket?.get(key)
    return object && decode(object)
  }
  const roster = read(rosterKey(runDate), decodeStored.roster)
  const rosterCreatedAt = roster === undefined ? 0 : epochMillis(roster.createdAt)
  const csv = bucket?.get(csvKey(runDate))?.text
  const movies = (roster?.movies.toSorted((one, other) => one.rank - other.rank) ?? []).map(({ imdbId, rank }) => {
    const enriched = bucket?.get(enrichedKey(runDate, imdbId))
    const gap = bucket?.get(gapKey(runDate, imdbId))
    // A gap of an earlier roster does not count. S3 reports whole seconds.
    const isCurrent = gap !== undefined && Math.floor(gap.at / 1000) >= Math.floor(rosterCreatedAt / 1000)
    const object = enriched ?? (isCurrent ? gap : undefined)
    return { imdbId, rank, enriched, object }
  })
  const deadLettersIn = (url: string, queue: string) =>
    account
      .findQueue(url)
      .contents()
      .filter(({ body }) => subjectOf(queue, body).includes(date))
  return {
    runDate,
    roster,
    manifest: read(manifestKey(runDate), decodeStored.manifest),
    csv,
    rows: csv === undefined ? [] : Effect.runSync(parseCsv(csv)).map(({ row }) => row),
    items: account.tables.get(outputs.moviesTable)?.itemsOfDay(date) ?? [],
    enriched: movies.flatMap(({ imdbId, rank, enriched }) =>
      enriched === undefined ? [] : [{ imdbId, rank, movie: decodeStored.enriched(enriched), etag: enriched.etag }]
    ),
    gaps: movies.flatMap(({ enriched, object }) =>
      enriched !== undefined || object === undefined ? [] : [decodeStored.gap(object)]
    ),
    objects: movies.flatMap(({ object }) => (object === undefined ? [] : [{ key: object.key, etag: object.etag }])),
    missing: movies.filter(({ object }) => object === undefined).map(({ imdbId }) => imdbId),
    deadLetters: Record.map(outputs.deadLetterQueues, deadLettersIn)
  }
}

/** Lambda's failure record and a movie message contain times of their own, which can be of another day. */
const subjectOf = (queue: string, body: string): string =>
  queue === "failedRuns"
    ? JSON.stringify(JSON.parse(body).requestPayload)
    : body.replace(/"rosterCreatedAt":"[^"]*"/, "")
