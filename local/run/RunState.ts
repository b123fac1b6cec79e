import * as Schema from "effect/Schema"
import { enrichedPrefix, gapsPrefix, manifestKey, rosterKey } from "../../domain/keys.ts"
import { EnrichedMovie, Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { keysOf, textOf } from "./bucket.ts"
import { type DayRow, rowsOfDay } from "./DayRow.ts"

/** What has become of a run's movies, by its roster: the same that a person would find in the bucket. */
export interface RunState {
  /** Absent where stage 1 queued nothing. */
  readonly roster: Roster | undefined
  /** In order of rank. */
  readonly enriched: ReadonlyArray<EnrichedMovie>
  readonly gaps: ReadonlyArray<Gap>
  /** Ids of the roster that are neither. */
  readonly missing: ReadonlyArray<string>
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

export const runState = async (stack: LocalStack, runDate: RunDate): Promise<RunState> => {
  const { cloud, names } = stack
  const { s3 } = cloud.clients
  const bucket = names.buckets[0]?.physical ?? ""
  const read = async <A>(prefix: string, decode: (text: string) => A) => {
    const keys = await keysOf(s3, bucket, prefix)
    const texts = await Promise.all(keys.map((key) => textOf(s3, bucket, key)))
    return texts.flatMap((text) => (text === undefined ? [] : [decode(text)]))
  }
  const text = await textOf(s3, bucket, rosterKey(runDate))
  const rows = await rowsOfDay(stack, runDate)
  if (text === undefined) return { roster: undefined, enriched: [], gaps: [], missing: [], manifest: undefined, rows }
  const roster = decodeRoster(text)
  const ids = new Set<string>(roster.movies.map(({ imdbId }) => imdbId))
  const ofRun = <A extends { imdbId: string; rank: number }>(items: ReadonlyArray<A>) =>
    items.filter(({ imdbId }) => ids.has(imdbId)).sort((a, b) => a.rank - b.rank)

  const enriched = ofRun(await read(enrichedPrefix(runDate), decodeEnriched))
  const done = new Set<string>(enriched.map(({ imdbId }) => imdbId))
  const gaps = ofRun(await read(gapsPrefix(runDate), decodeGap)).filter(({ imdbId }) => !done.has(imdbId))
  for (const { imdbId } of gaps) done.add(imdbId)
  const manifest = await textOf(s3, bucket, manifestKey(runDate))
  return {
    roster,
    enriched,
    gaps,
    missing: [...ids].filter((id) => !done.has(id)),
    manifest: manifest === undefined ? undefined : decodeManifest(manifest),
    rows
  }
}
