import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { DatasetNotification } from "../domain/DatasetNotification.ts"
import { type AnalyticsName, analyticsKey, latestKey, notifiedKey, reportKey } from "../domain/keys.ts"
import { Manifest } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { variable } from "../domain/variables.ts"
import { csvType, documentsIn, jsonType, type Read, type ReadText, type Write } from "./documents.ts"
import type { ObjectChanged, ObjectUnwritable, ReadError } from "./objectErrors.ts"
import { type PutCondition, S3 } from "./S3.ts"

/** The manifest under `latest/`: none where there is none, or an invalid one. */
export interface Latest {
  readonly manifest: Option.Option<Manifest>
  /** Holds until the manifest is written again. */
  readonly condition: PutCondition
}

/** What stage 5 writes of a run, and the copies of the newest run under `latest/`. */
export class ReportStore extends Context.Service<
  ReportStore,
  {
    readonly writeReport: (runDate: RunDate, html: string) => Write
    readonly readReport: (runDate: RunDate) => ReadText
    readonly writeAnalytics: (name: AnalyticsName, runDate: RunDate, csv: string) => Write
    /** The notification that was sent last. */
    readonly readNotified: (runDate: RunDate) => Read<DatasetNotification>
    readonly writeNotified: (notification: DatasetNotification) => Write
    readonly readLatest: Effect.Effect<Latest, ReadError>
    readonly writeLatestCsv: (csv: string) => Write
    readonly writeLatestReport: (html: string) => Write
    readonly writeLatestManifest: (
      manifest: Manifest,
      condition: PutCondition
    ) => Effect.Effect<void, ObjectUnwritable | ObjectChanged>
    readonly readLatestCsv: ReadText
    /** Whether the report under `latest/` is the run's, or the run's has expired. */
    readonly hasLatestReport: (runDate: RunDate) => Effect.Effect<boolean, ReadError>
  }
>()("imdb-etl/services/ReportStore") {
  static readonly layerFor = (bucket: string) =>
    Layer.effect(
      ReportStore,
      Effect.gen(function* () {
        const { list, putTextIf } = yield* S3
        const { writeText, readText, json } = yield* documentsIn(bucket)
        const notified = json(DatasetNotification)
        const manifest = json(Manifest)
        // Equal for equal bytes: the ETag of an object that is put whole is the MD5 of its bytes.
        const etagOf = (key: string) =>
          Effect.map(list(bucket, key), (objects) => objects.find((object) => object.key === key)?.etag)

        return ReportStore.of({
          writeReport: (runDate, html) => writeText(reportKey(runDate), html, htmlType),
          readReport: (runDate) => readText(reportKey(runDate)),
          writeAnalytics: (name, runDate, csv) => writeText(analyticsKey(name, runDate), csv, csvType),
          readNotified: (runDate) => notified.read(notifiedKey(runDate)),
          writeNotified: (notification) => notified.write(notifiedKey(notification.runDate), notification),
          readLatest: readText(latestKey.manifest).pipe(
            Effect.flatMap(({ value, etag }) =>
              Effect.map(Effect.option(manifest.decode(latestKey.manifest, value)), (found) => ({
                manifest: found,
                condition: { etag }
              }))
            ),
            Effect.catchTag("ObjectMissing", () =>
              Effect.succeed<Latest>({ manifest: Option.none(), condition: "absent" })
            )
          ),
          writeLatestCsv: (csv) => writeText(latestKey.csv, csv, csvType),
          writeLatestReport: (html) => writeText(latestKey.report, html, htmlType),
          writeLatestManifest: (value, condition) =>
            putTextIf({ bucket, key: latestKey.manifest }, manifest.encode(value), jsonType, condition),
          readLatestCsv: readText(latestKey.csv),
          hasLatestReport: (runDate) =>
            Effect.zipWith(
              etagOf(reportKey(runDate)),
              etagOf(latestKey.report),
              (original, copy) => original === undefined || original === copy
            )
        })
      })
    )

  /** In a function: the bucket that its environment names. */
  static readonly layer = Layer.unwrap(Effect.map(Config.NonEmptyString(variable.moviesBucket), ReportStore.layerFor))
}

const htmlType = "text/html; charset=utf-8"
