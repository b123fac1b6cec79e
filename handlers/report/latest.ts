import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Manifest } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import { ObjectChanged } from "../../services/S3.ts"

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
    const newer = Option.filter(latest.manifest, ({ runDate }) => runDate > run.manifest.runDate)
    if (Option.isSome(newer)) return yield* restoreLatest(newer.value.runDate)
    if (run.manifest.enriched === 0) return
    yield* writeLatestCsv(run.csv)
    yield* writeLatestReport(run.html)
    yield* writeLatestManifest(run.manifest, latest.condition)
  },
  Effect.retry({ while: (error) => error instanceof ObjectChanged, times: 5 })
)

/**
 * An older run, in this invocation or in one that was stopped, may have written its CSV or its report over those of the
 * newer run. Puts those back.
 */
const restoreLatest = Effect.fnUntraced(function* (runDate: RunDate) {
  const { isLatest, readReport, writeLatestCsv, writeLatestReport } = yield* ReportStore
  const { readCsv } = yield* RunStore
  // Again, where the newer run is written once more at the same time.
  while (!(yield* isLatest(runDate))) {
    yield* writeLatestCsv((yield* readCsv(runDate)).value)
    yield* writeLatestReport((yield* readReport(runDate)).value)
  }
})
