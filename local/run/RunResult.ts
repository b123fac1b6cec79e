import { paginateQuery } from "@aws-sdk/client-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import type { Manifest, Roster } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { byRunDate } from "../../domain/TableItem.ts"
import { AwsClientSettings } from "../../services/AwsClient.ts"
import { RunStore, whenPresent } from "../../services/RunStore.ts"
import { S3 } from "../../services/S3.ts"
import type { LocalStack } from "../LocalStack.ts"
import { allPages } from "./storedData.ts"

/** The outcome of each movie of a run's roster, as the bucket and the table hold it. */
export interface RunResult {
  /** Undefined where stage 1 queued nothing. */
  readonly roster: Roster | undefined
  /** In order of rank. */
  readonly enriched: ReadonlyArray<EnrichedMovie>
  readonly gaps: ReadonlyArray<Gap>
  /** Ids of the roster without an enriched object and without a gap. */
  readonly pending: ReadonlyArray<string>
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

const readDocuments = Effect.fnUntraced(function* (runDate: RunDate) {
  const store = yield* RunStore
  const roster = Option.getOrUndefined(yield* whenPresent(store.readRoster(runDate)))
  const movies = yield* Effect.forEach(
    [...(roster?.movies ?? [])].sort((a, b) => a.rank - b.rank),
    Effect.fnUntraced(function* ({ imdbId }) {
      const enriched = yield* whenPresent(store.readEnriched(runDate, imdbId))
      const gap = Option.isSome(enriched) ? Option.none() : yield* whenPresent(store.readGap(runDate, imdbId))
      return { imdbId, enriched, gap }
    }),
    { concurrency: 25 }
  )
  return {
    roster,
    enriched: movies.flatMap(({ enriched }) => Option.toArray(enriched)),
    gaps: movies.flatMap(({ gap }) => Option.toArray(gap)),
    pending: movies
      .filter(({ enriched, gap }) => Option.isNone(enriched) && Option.isNone(gap))
      .map(({ imdbId }) => imdbId),
    manifest: roster && Option.getOrUndefined(yield* whenPresent(store.readManifest(runDate)))
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
