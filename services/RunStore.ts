import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { ImdbId } from "../domain/ImdbId.ts"
import {
  csvKey,
  enrichedKey,
  enrichedPrefix,
  gapKey,
  gapsPrefix,
  manifestKey,
  prefix,
  rosterKey,
  runDateOfCsvKey,
  runDateOfRosterKey
} from "../domain/keys.ts"
import { EnrichedMovie, Gap } from "../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { variable } from "../domain/variables.ts"
import { csvType, documentsIn, type Read, type ReadText, type Write } from "./documents.ts"
import type { ReadError } from "./objectErrors.ts"
import { type ObjectSummary, S3 } from "./S3.ts"

type FindEtag = Effect.Effect<string | undefined, ReadError>

/**
 * The documents of a run in the movies bucket. The only place that knows the key, the schema, the content type and the
 * size limit of each. A read fails with ObjectMissing where there is no object: `whenPresent` turns that into none.
 */
export class RunStore extends Context.Service<
  RunStore,
  {
    readonly writeRoster: (roster: Roster) => Write
    readonly writeEnriched: (movie: EnrichedMovie) => Write
    readonly writeGap: (gap: Gap) => Write
    readonly writeCsv: (runDate: RunDate, csv: string) => Write
    readonly writeManifest: (manifest: Manifest) => Write
    readonly readRoster: (runDate: RunDate) => Read<Roster>
    readonly readEnriched: (runDate: RunDate, imdbId: ImdbId) => Read<EnrichedMovie>
    readonly readGap: (runDate: RunDate, imdbId: ImdbId) => Read<Gap>
    readonly readCsv: (runDate: RunDate) => ReadText
    readonly readManifest: (runDate: RunDate) => Read<Manifest>
    /** The ETag of the run's roster, as `readRoster` returns it; undefined where there is none. */
    readonly rosterEtag: (runDate: RunDate) => FindEtag
    /** The ETag of the run's CSV, the MD5 of its bytes in hexadecimal; undefined where there is none. */
    readonly csvEtag: (runDate: RunDate) => FindEtag
    /** The movie's enriched object, then its gap, where they exist. */
    readonly findOutcomes: (runDate: RunDate, imdbId: ImdbId) => Effect.Effect<ReadonlyArray<ObjectSummary>, ReadError>
    /** The enriched objects, then the gaps, of a run. */
    readonly listOutcomes: (runDate: RunDate) => Effect.Effect<ReadonlyArray<ObjectSummary>, ReadError>
    /** The dates of all runs that have a roster, in ascending order. */
    readonly listRunDates: Effect.Effect<ReadonlyArray<RunDate>, ReadError>
    /** All runs that have a CSV, the oldest first. `size` in bytes. */
    readonly listCsvs: Effect.Effect<ReadonlyArray<{ readonly runDate: RunDate; readonly size: number }>, ReadError>
    /** The bucket's name. */
    readonly bucket: string
  }
>()("imdb-etl/services/RunStore") {
  static readonly layerFor = (bucket: string) =>
    Layer.effect(
      RunStore,
      Effect.gen(function* () {
        const { find, list } = yield* S3
        const { writeText, readText, json } = yield* documentsIn(bucket)
        const roster = json(Roster)
        const enriched = json(EnrichedMovie)
        const gap = json(Gap)
        const manifest = json(Manifest)

        return RunStore.of({
          writeRoster: (value) => roster.write(rosterKey(value.runDate), value),
          writeEnriched: (movie) => enriched.write(enrichedKey(movie.runDate, movie.imdbId), movie),
          writeGap: (value) => gap.write(gapKey(value.runDate, value.imdbId), value),
          writeCsv: (runDate, csv) => writeText(csvKey(runDate), csv, csvType),
          writeManifest: (value) => manifest.write(manifestKey(value.runDate), value),
          readRoster: (runDate) => roster.read(rosterKey(runDate)),
          readEnriched: (runDate, imdbId) => enriched.read(enrichedKey(runDate, imdbId)),
          readGap: (runDate, imdbId) => gap.read(gapKey(runDate, imdbId)),
          readCsv: (runDate) => readText(csvKey(runDate)),
          readManifest: (runDate) => manifest.read(manifestKey(runDate)),
          rosterEtag: (runDate) => Effect.map(find(bucket, rosterKey(runDate)), (object) => object?.etag),
          // A listing, so that stage 3 needs no permission to read a CSV.
          csvEtag: (runDate) =>
            Effect.map(
              list(bucket, csvKey(runDate)),
              (found) => found.find(({ key }) => key === csvKey(runDate))?.etag
            ),
          findOutcomes: Effect.fn("RunStore.findOutcomes")(function* (runDate, imdbId) {
            const keys = [enrichedKey(runDate, imdbId), gapKey(runDate, imdbId)]
            const found = yield* Effect.forEach(keys, (key) => find(bucket, key), { concurrency: keys.length })
            return found.filter((object) => object !== undefined)
          }),
          listOutcomes: Effect.fn("RunStore.listOutcomes")(function* (runDate) {
            const enriched = yield* list(bucket, enrichedPrefix(runDate))
            return [...enriched, ...(yield* list(bucket, gapsPrefix(runDate)))]
          }),
          listRunDates: Effect.map(list(bucket, prefix.runs), (objects) =>
            objects.flatMap(({ key }) => Option.toArray(runDateOfRosterKey(key))).sort()
          ),
          // S3 lists in the order of the keys, which is that of the dates.
          listCsvs: Effect.map(list(bucket, prefix.csv), (objects) =>
            objects.flatMap(({ key, size }) =>
              Option.toArray(Option.map(runDateOfCsvKey(key), (runDate) => ({ runDate, size })))
            )
          ),
          bucket
        })
      })
    )

  /** In a function: the bucket that its environment names. */
  static readonly layer = Layer.unwrap(Effect.map(Config.NonEmptyString(variable.moviesBucket), RunStore.layerFor))
}
