import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Manifest } from "../../domain/Run.ts"
import { ChecksumDiffers } from "../../report/readSources.ts"
import { digest } from "../../services/digest.ts"
import { whenPresent } from "../../services/documents.ts"
import { ObjectChanged } from "../../services/objectErrors.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"

/** What a run has published. */
interface PublishedRun {
  readonly manifest: Manifest
  readonly csv: string
  readonly html: string
}

/**
 * Copies the run to `latest/`, if it has a row and no newer run is there. The manifest is written last, and only over the
 * version that was read: of two runs at once, one begins again.
 */
export const updateLatest = Effect.fn("updateLatest")(
  function* (run: PublishedRun) {
    const { readLatest, writeLatestCsv, writeLatestReport, writeLatestManifest } = yield* ReportStore
    const latest = yield* readLatest
    const hasNewer = Option.exists(latest.manifest, ({ runDate }) => runDate > run.manifest.runDate)
    if (!hasNewer && run.manifest.enriched > 0) {
      yield* writeLatestCsv(run.csv)
      yield* writeLatestReport(run.html)
      yield* writeLatestManifest(run.manifest, latest.condition)
    }
    yield* restoreLatest
  },
  Effect.retry({ while: (error) => error instanceof ObjectChanged, times: 5 })
)

/**
 * An older run, in this invocation, at the same time or in one that was stopped, may have written its CSV or its report
 * over those of the run whose manifest is there. Puts those back, and looks again: the manifest can be a newer one by now.
 */
const restoreLatest = Effect.gen(function* () {
  const { readLatest } = yield* ReportStore
  for (;;) {
    const { manifest } = yield* readLatest
    if (Option.isNone(manifest)) return
    const isWhole = [yield* restoreCsv(manifest.value), yield* restoreReport(manifest.value)]
    if (!isWhole.includes(false)) return
  }
})

/** Whether nothing was to be done. Only the CSV that the manifest names is put back: a newer one has no manifest yet. */
const restoreCsv = Effect.fnUntraced(function* ({ runDate, sha256 }: Manifest) {
  const { readLatestCsv, writeLatestCsv } = yield* ReportStore
  const copy = yield* whenPresent(readLatestCsv)
  if (Option.exists(copy, (csv) => digest("sha256", csv) === sha256)) return true
  const { value: csv } = yield* RunStore.use(({ readCsv }) => readCsv(runDate))
  const checksum = digest("sha256", csv)
  if (checksum !== sha256) return yield* new ChecksumDiffers({ runDate, csv: checksum, manifest: sha256 })
  yield* writeLatestCsv(csv)
  return false
})

const restoreReport = Effect.fnUntraced(function* ({ runDate }: Manifest) {
  const { hasLatestReport, readReport, writeLatestReport } = yield* ReportStore
  if (yield* hasLatestReport(runDate)) return true
  yield* writeLatestReport((yield* readReport(runDate)).value)
  return false
})
