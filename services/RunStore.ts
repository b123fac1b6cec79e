import { Buffer } from "node:buffer"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
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
  runDateOfRosterKey
} from "../domain/keys.ts"
import { EnrichedMovie, Gap } from "../domain/MovieOutcome.ts"
import { Manifest, Roster } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { variable } from "../domain/variables.ts"
import { type ObjectMissing, type ObjectSummary, ObjectUnwritable, type ReadError, S3 } from "./S3.ts"

/** The object is not a valid document of its type: not JSON, or a field is missing or wrong. */
export class DocumentInvalid extends Schema.TaggedError<DocumentInvalid>()("DocumentInvalid", {
  bucket: Schema.String,
  key: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} is not a valid document: ${this.detail}`
  }
}

/** A document as it was read, and the version of its object. */
export interface Stored<A> {
  readonly value: A
  readonly etag: string
}

type Write = Effect.Effect<void, ObjectUnwritable>
type Read<A> = Effect.Effect<Stored<A>, ReadError | DocumentInvalid>

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
    readonly readCsv: (runDate: RunDate) => Effect.Effect<Stored<string>, ReadError>
    readonly readManifest: (runDate: RunDate) => Read<Manifest>
    /** The ETag of the run's CSV, the MD5 of its bytes in hexadecimal; undefined where there is none. */
    readonly csvEtag: (runDate: RunDate) => Effect.Effect<string | undefined, ReadError>
    /** The enriched objects, then the gaps, of a run. */
    readonly listOutcomes: (runDate: RunDate) => Effect.Effect<ReadonlyArray<ObjectSummary>, ReadError>
    /** The dates of all runs that have a roster, in ascending order. */
    readonly listRunDates: Effect.Effect<ReadonlyArray<RunDate>, ReadError>
    /** The bucket's name. */
    readonly bucket: string
  }
>()("imdb-etl/services/RunStore") {
  static readonly layerFor = (bucket: string) =>
    Layer.effect(
      RunStore,
      Effect.map(S3, ({ getText, putText, list }) => {
        const write = (key: string, text: string, contentType: string): Write => {
          const bytes = Buffer.byteLength(text)
          if (bytes <= maxDocumentBytes) return putText({ bucket, key }, text, contentType)
          const detail = `it has ${bytes} bytes, more than the limit of ${maxDocumentBytes}`
          return new ObjectUnwritable({ bucket, key, detail })
        }
        const read = (key: string) =>
          Effect.map(getText({ bucket, key }, { maxBytes: maxDocumentBytes }), ({ text, etag }) => ({
            value: text,
            etag
          }))

        const jsonDocument = <A, I>(schema: Schema.Codec<A, I>) => {
          const json = Schema.fromJsonString(schema)
          const encode = Schema.encodeSync(json)
          const decode = Schema.decodeUnknownEffect(json)
          return {
            write: (key: string, value: A) => write(key, encode(value), "application/json"),
            read: (key: string) =>
              Effect.flatMap(read(key), ({ value, etag }) =>
                decode(value).pipe(
                  Effect.mapBoth({
                    onFailure: ({ message }) =>
                      new DocumentInvalid({ bucket, key, detail: message.replace(/\s+/g, " ").slice(0, 1_000) }),
                    onSuccess: (value) => ({ value, etag })
                  })
                )
              )
          }
        }
        const roster = jsonDocument(Roster)
        const enriched = jsonDocument(EnrichedMovie)
        const gap = jsonDocument(Gap)
        const manifest = jsonDocument(Manifest)

        return RunStore.of({
          writeRoster: (value) => roster.write(rosterKey(value.runDate), value),
          writeEnriched: (movie) => enriched.write(enrichedKey(movie.runDate, movie.imdbId), movie),
          writeGap: (value) => gap.write(gapKey(value.runDate, value.imdbId), value),
          writeCsv: (runDate, csv) => write(csvKey(runDate), csv, "text/csv; charset=utf-8"),
          writeManifest: (value) => manifest.write(manifestKey(value.runDate), value),
          readRoster: (runDate) => roster.read(rosterKey(runDate)),
          readEnriched: (runDate, imdbId) => enriched.read(enrichedKey(runDate, imdbId)),
          readGap: (runDate, imdbId) => gap.read(gapKey(runDate, imdbId)),
          readCsv: (runDate) => read(csvKey(runDate)),
          readManifest: (runDate) => manifest.read(manifestKey(runDate)),
          csvEtag: (runDate) =>
            Effect.map(
              list(bucket, csvKey(runDate)),
              (found) => found.find(({ key }) => key === csvKey(runDate))?.etag
            ),
          listOutcomes: Effect.fn("RunStore.listOutcomes")(function* (runDate) {
            const enriched = yield* list(bucket, enrichedPrefix(runDate))
            return [...enriched, ...(yield* list(bucket, gapsPrefix(runDate)))]
          }),
          listRunDates: Effect.map(list(bucket, prefix.runs), (objects) =>
            objects.flatMap(({ key }) => Option.toArray(runDateOfRosterKey(key))).sort()
          ),
          bucket
        })
      })
    )

  /** In a function: the bucket that its environment names. */
  static readonly layer = Layer.unwrap(Effect.map(Config.NonEmptyString(variable.moviesBucket), RunStore.layerFor))
}

/** None where there is no object. */
export const whenPresent = <A>(read: Read<A>): Effect.Effect<Option.Option<A>, PresentReadError> =>
  read.pipe(
    Effect.map(({ value }) => Option.some(value)),
    Effect.catchTag("ObjectMissing", () => Effect.succeedNone)
  )

/** None where there is no object, or one that is not a valid document. */
export const whenValid = <A>(read: Read<A>) =>
  Effect.catchTag(whenPresent(read), "DocumentInvalid", () => Effect.succeedNone)

type PresentReadError = Exclude<ReadError, ObjectMissing> | DocumentInvalid

/**
 * In bytes, for what is written and for what is read. The CSV of 250 movies with every text at its longest has 22 MB, and
 * the other documents are smaller. A movie usually takes 2,000 bytes in each.
 */
export const maxDocumentBytes = 25_000_000
