import { type AttributeValue, paginateQuery } from "@aws-sdk/client-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import * as Schema from "effect/Schema"
import { enrichedPrefix, gapsPrefix, manifestKey, rosterKey } from "../../domain/keys.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { byRunDate } from "../../domain/TableItem.ts"
import type { LocalStack } from "../LocalStack.ts"
import { listKeys, readText } from "./storedData.ts"

/** As much of a table's item as a person is shown. */
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

const decode = Schema.decodeUnknownSync(Schema.Array(DayRow))

type Items = ReadonlyArray<Record<string, AttributeValue>>

/** The day's ranking, as anyone would read it: by the index, in its order. */
export const readDayRows = async ({ cloud, names }: LocalStack, runDate: RunDate): Promise<ReadonlyArray<DayRow>> => {
  const [table] = names.tables
  const pages = paginateQuery(
    { client: cloud.clients.dynamoDb },
    {
      TableName: table?.physical,
      IndexName: byRunDate,
      KeyConditionExpression: "runDate = :runDate",
      ExpressionAttributeValues: { ":runDate": { S: runDate } }
    }
  )
  const items: Array<Items> = []
  for await (const { Items = [] } of pages) items.push(Items)
  return decode(items.flat().map((item) => unmarshall(item)))
}

/** What has become of a run's movies, by its roster: the same that a person would find in the bucket. */
export interface RunResult {
  /** Absent where stage 1 queued nothing. */
  readonly roster: Roster | undefined
  /** In order of rank. */
  readonly enriched: ReadonlyArray<EnrichedMovie>
  readonly gaps: ReadonlyArray<Gap>
  /** Ids of the roster that are neither. */
  readonly pending: ReadonlyArray<string>
  /** Absent until the run was exported. */
  readonly manifest: Manifest | undefined
  /** The day's rows of the table, by rank. */
  readonly rows: ReadonlyArray<DayRow>
}

const decoderOf = <A>(schema: Schema.Codec<A, unknown>) => Schema.decodeUnknownSync(Schema.fromJsonString(schema))
const decodeRoster = decoderOf(Roster)
const decodeEnriched = decoderOf(EnrichedMovie)
const decodeGap = decoderOf(Gap)

const decodeManifest = decoderOf(Manifest)

export const readRunResult = async (stack: LocalStack, runDate: RunDate): Promise<RunResult> => {
  const { cloud, names } = stack
  const { s3 } = cloud.clients
  const bucket = names.buckets[0]?.physical ?? ""
  const read = async <A>(prefix: string, decode: (text: string) => A) => {
    const keys = await listKeys(s3, bucket, prefix)
    const texts = await Promise.all(keys.map((key) => readText(s3, bucket, key)))
    return texts.flatMap((text) => (text === undefined ? [] : [decode(text)]))
  }
  const text = await readText(s3, bucket, rosterKey(runDate))
  const rows = await readDayRows(stack, runDate)
  if (text === undefined) return { roster: undefined, enriched: [], gaps: [], pending: [], manifest: undefined, rows }
  const roster = decodeRoster(text)
  const ids = new Set<string>(roster.movies.map(({ imdbId }) => imdbId))
  const ofRun = <A extends { imdbId: string; rank: number }>(items: ReadonlyArray<A>) =>
    items.filter(({ imdbId }) => ids.has(imdbId)).sort((a, b) => a.rank - b.rank)

  const enriched = ofRun(await read(enrichedPrefix(runDate), decodeEnriched))
  const done = new Set<string>(enriched.map(({ imdbId }) => imdbId))
  const gaps = ofRun(await read(gapsPrefix(runDate), decodeGap)).filter(({ imdbId }) => !done.has(imdbId))
  for (const { imdbId } of gaps) done.add(imdbId)
  const manifest = await readText(s3, bucket, manifestKey(runDate))
  return {
    roster,
    enriched,
    gaps,
    pending: [...ids].filter((id) => !done.has(id)),
    manifest: manifest === undefined ? undefined : decodeManifest(manifest),
    rows
  }
}
