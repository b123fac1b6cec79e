import { paginateQuery } from "@aws-sdk/client-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import type { Manifest, Roster, RosterMovie } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { byRunDate } from "../../domain/TableItem.ts"
import { AwsClientSettings } from "../../services/AwsClient.ts"
import { type DocumentInvalid, RunStore, whenPresent } from "../../services/RunStore.ts"
import { type ReadError, S3 } from "../../services/S3.ts"
import type { LocalStack } from "../LocalStack.ts"
import { allPages } from "./storedData.ts"

/** A movie of the roster without an object that can be read. */
export interface PendingMovie extends RosterMovie {
  readonly reason: string
}

/** The outcome of each movie of a run's roster, as the bucket and the table hold it. */
export interface RunResult {
  /** Undefined where stage 1 queued nothing. */
  readonly roster: Roster | undefined
  /** In order of rank. */
  readonly enriched: ReadonlyArray<EnrichedMovie>
  readonly gaps: ReadonlyArray<Gap>
  readonly pending: ReadonlyArray<PendingMovie>
  /** Undefined until the run is exported. */
  readonly manifest: Manifest | undefined
  /** The day's rows of the table, by rank. */
  readonly rows: ReadonlyArray<DayRow>
}

export const readRunResult = async (stack: LocalStack, runDate: RunDate): Promise<RunResult> => {
  const { cloud, names } = stack
  const { endpoint, region, admin } = cloud
  const store = RunStore.layerFor(names.buckets[0]?.physical ?? "").pipe(
    Layer.provide(S3.layer),
    Layer.provide(Layer.succeed(AwsClientSettings, { endpoint, region, credentials: admin }))
  )
  const documents = await Effect.runPromise(Effect.provide(readDocuments(runDate), store))
  return { ...documents, rows: await readDayRows(stack, runDate) }
}

/** One of the three. */
interface MovieResult {
  readonly enriched?: EnrichedMovie
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
    if (Option.isSome(enriched)) return { enriched: enriched.value }
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
    [...(roster?.movies ?? [])].sort((a, b) => a.rank - b.rank),
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

/** The attributes of a table item that the end of a run shows. */
export const DayRow = Schema.Struct({
  imdbId: Schema.String,
  rank: Schema.Int,
  title: Schema.String,
  year: Schema.optionalKey(Schema.Int),
  runtimeMinutes: Schema.optionalKey(Schema.Int),
  imdbRating: Schema.optionalKey(Schema.Finite),
  imdbVotes: Schema.optionalKey(Schema.Int),
  rottenTomatoes: Schema.optionalKey(Schema.Finite),
  boxOfficeUsd: Schema.optionalKey(Schema.Finite),
  directors: Schema.optionalKey(Schema.Array(Schema.String))
})
export type DayRow = typeof DayRow.Type

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
