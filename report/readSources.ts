import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Manifest } from "../domain/Run.ts"
import { RunDate } from "../domain/RunDate.ts"
import { parseFields } from "../services/csv/reader.ts"
import { parseRunCsv } from "../services/csv/runRows.ts"
import { digest } from "../services/digest.ts"
import { maxDocumentBytes, whenValid } from "../services/documents.ts"
import { RunStore } from "../services/RunStore.ts"
import { maxEarlierRuns, type ReportSources } from "./DayReport.ts"
import { EarlierRow, type RunRows } from "./movement.ts"

/** The CSV is not the one that the manifest names. Stage 3 writes the CSV first: its manifest may follow. */
export class ChecksumDiffers extends Schema.TaggedError<ChecksumDiffers>()("ChecksumDiffers", {
  runDate: RunDate,
  csv: Schema.String,
  manifest: Schema.String
}) {
  override get message(): string {
    return `The CSV of ${this.runDate} has the SHA-256 ${this.csv}, but its manifest names ${this.manifest}.`
  }
}

export interface StoredSources extends ReportSources {
  readonly csv: string
  /** The version of the manifest. */
  readonly etag: string
}

/** Reads what a day's report is made of: the manifest as it is now, its CSV, and up to 30 earlier runs. */
export const readSources = Effect.fn("readSources")(function* (runDate: RunDate) {
  const { readManifest } = yield* RunStore
  const { value: manifest, etag } = yield* readManifest(runDate)
  const { csv, rows } = yield* readCsvOf(manifest)
  const pending = yield* readPending(manifest)
  return { manifest, etag, csv, rows, pending, ...(yield* readEarlier(runDate)) } satisfies StoredSources
})

/** The CSV that a manifest names, and its rows. */
const readCsvOf = Effect.fnUntraced(function* ({ runDate, sha256 }: Manifest) {
  const { value: csv } = yield* RunStore.use(({ readCsv }) => readCsv(runDate))
  const checksum = digest("sha256", csv)
  if (checksum !== sha256) return yield* new ChecksumDiffers({ runDate, csv: checksum, manifest: sha256 })
  return { csv, rows: yield* parseRunCsv(runDate, csv) }
})

/** The pending movies with rank and title: the manifest has their ids only. */
const readPending = Effect.fnUntraced(function* ({ runDate, pending }: Manifest) {
  if (pending.length === 0) return []
  const roster = yield* RunStore.use(({ readRoster }) => whenValid(readRoster(runDate)))
  const movies = Option.match(roster, { onNone: () => [], onSome: ({ movies }) => movies })
  return movies.filter(({ imdbId }) => pending.includes(imdbId))
})

const readEarlier = Effect.fnUntraced(function* (runDate: RunDate) {
  const csvs = yield* RunStore.use(({ listCsvs }) => listCsvs)
  const newestFirst = csvs.filter((csv) => csv.runDate < runDate).toReversed()
  const runs = yield* Effect.forEach(withinLimits(newestFirst), (csv) => readRun(csv.runDate), { concurrency })
  return {
    earlier: runs.flatMap((run) => (Result.isSuccess(run) ? Option.toArray(run.success) : [])),
    unreadable: runs.flatMap((run) => (Result.isFailure(run) ? run.failure : []))
  }
})

/**
 * An earlier run; none without a manifest, which was never published. Its date where the CSV is invalid, too large or
 * gone: the report names it. When S3 fails, the CSV can be read later, and the report is not made without it.
 */
const readRun = Effect.fnUntraced(
  function* (runDate: RunDate) {
    const { readCsv, readManifest } = yield* RunStore
    const manifest = yield* whenValid(readManifest(runDate))
    if (Option.isNone(manifest)) return Result.succeed(Option.none<RunRows>())
    const { total, gaps, pending } = manifest.value
    const csv = yield* readCsv(runDate)
    // Without their long texts, and from the columns of older versions too.
    const rows = yield* parseFields(csv.value, EarlierRow, ["imdbId", "title", "rank", "imdbRating", "imdbVotes"])
    const missing = new Set([...gaps.map(({ imdbId }) => imdbId), ...pending])
    return Result.succeed(Option.some<RunRows>({ runDate, rows, total, missing }))
  },
  (self, runDate) =>
    Effect.catchTag(self, ["CsvInvalid", "ObjectTooLarge", "ObjectMissing"], (error) =>
      Effect.as(
        Effect.annotateLogs(Effect.logWarning("Earlier CSV not readable", error), { earlier: runDate }),
        Result.fail(runDate)
      )
    )
)

/** The first of the CSVs, as many as the limits allow. One that is too large is among them, so that the report names it. */
const withinLimits = <Csv extends { readonly size: number }>(csvs: ReadonlyArray<Csv>): ReadonlyArray<Csv> => {
  let bytes = 0
  const excess = csvs.findIndex(({ size }) => {
    bytes += size > maxDocumentBytes ? 0 : size
    return bytes > maxEarlierBytes
  })
  return csvs.slice(0, Math.min(maxEarlierRuns, excess < 0 ? csvs.length : excess))
}

/** CSVs in memory at once. */
const concurrency = 4

/** Thirty CSVs of 250 movies have 15 MB. With texts at their longest, fewer are read: time and memory are limited. */
const maxEarlierBytes = maxDocumentBytes
