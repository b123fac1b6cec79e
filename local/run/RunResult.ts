import { paginateQuery } from "@aws-sdk/client-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { DayRow } from "../../cli/dayTable.ts"
import { reportKey } from "../../domain/keys.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import type { Manifest, Roster, RosterMovie } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { byRunDate } from "../../domain/TableItem.ts"
import { allPages } from "../../operator/aws/allPages.ts"
import { AwsClientSettings } from "../../services/AwsClient.ts"
import { type DocumentInvalid, whenPresent } from "../../services/documents.ts"
import type { ReadError } from "../../services/objectErrors.ts"
import { RunStore } from "../../services/RunStore.ts"
import { S3 } from "../../services/S3.ts"
import type { LocalStack } from "../LocalStack.ts"
import { listKeys } from "./storedData.ts"

/** A movie of the roster that has no outcome. */
export interface PendingMovie extends RosterMovie {
  readonly reason: string
}

/** A gap of the manifest, with the message of its error. */
export type PublishedGap = Manifest["gaps"][number] & Pick<Gap, "detail">

/** The outcome of each movie of a run's roster: it is in one of three lists, in order of rank. */
interface Outcomes {
  readonly enriched: ReadonlyArray<RosterMovie>
  readonly gaps: ReadonlyArray<PublishedGap>
  readonly pending: ReadonlyArray<PendingMovie>
}

interface StoredRun extends Outcomes {
  /** Undefined where stage 1 queued nothing. */
  readonly roster: Roster | undefined
  /** Undefined until the run is exported. */
  readonly manifest: Manifest | undefined
}

/** The outcomes are those of the manifest, and of the bucket's objects until the roster is exported. */
export interface RunResult extends StoredRun {
  /** Its key, and its path below `--out`; undefined where there is none. */
  readonly report: { readonly key: string; readonly path: string } | undefined
  /** The day's rows of the table, by rank. */
  readonly rows: ReadonlyArray<DayRow>
}

export const readRunResult = async (stack: LocalStack, runDate: RunDate): Promise<RunResult> => {
  const stored = await readStoredRun(stack, runDate)
  return {
    ...{ ...stored, ...publishedOutcomes(stored), rows: await readDayRows(stack, runDate) },
    report: await findReport(stack, runDate)
  }
}

const findReport = async ({ cloud, names }: LocalStack, runDate: RunDate): Promise<RunResult["report"]> => {
  const [bucket] = names.buckets
  const key = reportKey(runDate)
  if (bucket === undefined || !(await listKeys(cloud.clients.s3, bucket.physical, key)).includes(key)) return undefined
  return { key, path: `s3/${bucket.logical}/${key}` }
}

/** What the manifest names, with the details that only the objects have. */
export const publishedOutcomes = (stored: StoredRun): Outcomes => {
  const { roster, manifest } = stored
  if (roster === undefined || manifest?.rosterCreatedAt !== roster.createdAt) return stored
  const details = new Map(stored.gaps.map(({ imdbId, detail }) => [imdbId, detail]))
  const reasons = new Map([
    ...stored.pending.map(({ imdbId, reason }) => [imdbId, reason] as const),
    ...manifest.unreadable.map(({ imdbId, reason, detail }) => [imdbId, `${reason}: ${detail}`] as const)
  ])
  const isPending = new Set(manifest.pending)
  const isGap = new Set(manifest.gaps.map(({ imdbId }) => imdbId))
  const movies = byRank(roster)
  const later = "its object was written after the last export"
  return {
    enriched: movies.filter(({ imdbId }) => !isPending.has(imdbId) && !isGap.has(imdbId)),
    gaps: manifest.gaps.map((gap) => ({ ...gap, detail: details.get(gap.imdbId) ?? later })),
    pending: movies
      .filter(({ imdbId }) => isPending.has(imdbId))
      .map((movie) => ({ ...movie, reason: reasons.get(movie.imdbId) ?? later }))
  }
}

/** The outcomes as the bucket's objects have them. */
export const readStoredRun = (stack: LocalStack, runDate: RunDate): Promise<StoredRun> => {
  const { endpoint, region, admin } = stack.cloud
  const store = RunStore.layerFor(stack.names.buckets[0]?.physical ?? "").pipe(
    Layer.provide(S3.layer),
    Layer.provide(Layer.succeed(AwsClientSettings, { endpoint, region, credentials: admin }))
  )
  return Effect.runPromise(Effect.provide(readDocuments(runDate), store))
}

const byRank = ({ movies }: Roster) => [...movies].sort((a, b) => a.rank - b.rank)

/** One of the three. */
interface MovieResult {
  readonly enriched?: RosterMovie
  readonly gap?: Gap
  readonly pending?: PendingMovie
}

const readMovie = Effect.fnUntraced(
  function* (
    runDate: RunDate,
    movie: RosterMovie
  ): Effect.fn.Return<MovieResult, ReadError | DocumentInvalid, RunStore> {
    const { readEnriched, readGap } = yield* RunStore
    const enriched = yield* whenPresent(readEnriched(runDate, movie.imdbId))
    if (Option.isSome(enriched)) return { enriched: movie }
    const gap = yield* whenPresent(readGap(runDate, movie.imdbId))
    return Option.isSome(gap) ? { gap: gap.value } : { pending: { ...movie, reason: "it has no object" } }
  },
  (self, _runDate, movie) =>
    Effect.catchTag(self, "DocumentInvalid", ({ message }) =>
      Effect.succeed<MovieResult>({ pending: { ...movie, reason: message } })
    )
)

const readDocuments = Effect.fnUntraced(function* (runDate: RunDate) {
  const { readManifest, readRoster } = yield* RunStore
  const roster = Option.getOrUndefined(yield* whenPresent(readRoster(runDate)))
  const movies = yield* Effect.forEach(
    roster === undefined ? [] : byRank(roster),
    (movie) => readMovie(runDate, movie),
    { concurrency: 25 }
  )
  return {
    roster,
    enriched: movies.flatMap(({ enriched }) => enriched ?? []),
    gaps: movies.flatMap(({ gap }) => gap ?? []),
    pending: movies.flatMap(({ pending }) => pending ?? []),
    manifest: roster && Option.getOrUndefined(yield* whenPresent(readManifest(runDate)))
  }
})

const decodeRows = Schema.decodeUnknownSync(Schema.Array(DayRow))

/** The day's rows by rank, read from the table's index. */
export const readDayRows = async ({ cloud, names }: LocalStack, runDate: RunDate): Promise<ReadonlyArray<DayRow>> => {
  const pages = paginateQuery(
    { client: cloud.clients.dynamoDb },
    {
      TableName: names.tables[0]?.physical,
      IndexName: byRunDate,
      KeyConditionExpression: "runDate = :runDate",
      ExpressionAttributeValues: { ":runDate": { S: runDate } }
    }
  )
  const items = (await allPages(pages)).flatMap(({ Items = [] }) => Items)
  return decodeRows(items.map((item) => unmarshall(item)))
}
