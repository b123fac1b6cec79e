import * as Schema from "effect/Schema"
import { field } from "./field.ts"
import { reportKey } from "./keys.ts"
import { Manifest, ManifestGap } from "./Run.ts"

const stage5 = <S extends Schema.Top>(schema: S, description: string, example: unknown) =>
  field(schema, description, { source: "stage 5", example })

const { runDate, complete, enriched, total, pending, csvKey, sha256 } = Manifest.fields
const { imdbId, reason, nextAttemptAt } = ManifestGap.fields
const NotifiedGap = Schema.Struct({ imdbId, reason, nextAttemptAt })

/** The message on the topic `dataset`: a run's CSV, table rows and report are new, or have changed. */
export const DatasetNotification = Schema.Struct({
  version: stage5(Schema.Literal(1), "Version of this format", 1),
  ...{ runDate, complete, enriched, total },
  // Without titles: SNS accepts 256 KB, and a thousand gaps are possible.
  gaps: stage5(Schema.Array(NotifiedGap), "The movies recorded as gaps, by rank", [
    { imdbId: "tt0111161", reason: "OmdbUnavailable" }
  ]),
  ...{ pending, csvKey },
  reportKey: stage5(Schema.String, "Key of the report", "reports/run_date=2026-11-21/index.html"),
  sha256
})
export type DatasetNotification = typeof DatasetNotification.Type

export const notificationOf = (manifest: Manifest): DatasetNotification => {
  const { runDate, complete, enriched, total, gaps, pending, csvKey, sha256 } = manifest
  const notified = gaps.map(({ rank: _, title: __, ...gap }) => gap)
  const reported = { runDate, complete, enriched, total, gaps: notified, pending, csvKey, sha256 }
  return { version: 1, ...reported, reportKey: reportKey(runDate) }
}

/** Whether a subscriber who has the earlier notification needs the later one. A gap that is tried again is no news. */
export const isSameDataset = (earlier: DatasetNotification, later: DatasetNotification): boolean =>
  earlier.sha256 === later.sha256 && earlier.complete === later.complete && finalGaps(earlier) === finalGaps(later)

const finalGaps = ({ gaps }: DatasetNotification): string =>
  gaps
    .filter(({ nextAttemptAt }) => nextAttemptAt === undefined)
    .map(({ imdbId, reason }) => `${imdbId} ${reason}`)
    .sort()
    .join()

/** The subject of an e-mail: under 100 characters of ASCII, as SNS requires. */
export const subjectOf = ({ runDate, complete, enriched, total, gaps, pending }: DatasetNotification): string => {
  if (complete) return `IMDb top ${total}, ${runDate}: complete`
  const missing = [count(gaps.length, "gap"), pending.length > 0 ? `${pending.length} pending` : ""]
  return `IMDb top ${total}, ${runDate}: ${[`${enriched} of ${total} movies`, ...missing].filter(Boolean).join(", ")}`
}

const count = (number: number, noun: string): string =>
  number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`
