import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Manifest } from "../../domain/Run.ts"
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
  const { readLatest, staleCopies, readReport, writeLatestCsv, writeLatestReport } = yield* ReportStore
  const { readCsv } = yield* RunStore
  const stale = Effect.gen(function* () {
    const { manifest } = yield* readLatest
    if (Option.isNone(manifest)) return undefined
    const { runDate } = manifest.value
    const copies = yield* staleCopies(runDate)
    return copies.length === 0 ? undefined : { runDate, copies }
  })
  for (let found = yield* stale; found !== undefined; found = yield* stale) {
    const { runDate, copies } = found
    if (copies.includes("csv")) yield* writeLatestCsv((yield* readCsv(runDate)).value)
    if (copies.includes("report")) yield* writeLatestReport((yield* readReport(runDate)).value)
  }
})
