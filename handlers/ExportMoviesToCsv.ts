import { createHash } from "node:crypto"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { type CsvRow, toCsvRow } from "../domain/CsvRow.ts"
import { csvKey } from "../domain/keys.ts"
import { ExportMessage } from "../domain/Messages.ts"
import { type Manifest, type RosterOutcome, type RunProgress, runProgress } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { formatCsv } from "../services/csv/writer.ts"
import { Metrics } from "../services/Metrics.ts"
import { DocumentInvalid, RunStore, whenPresent } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perGroup } from "./lambda/perGroup.ts"

/**
 * Export messages in; the run's CSV and then its manifest out, once every movie of the roster has an object. The objects
 * decide, not the messages: messages that are repeated or out of order change nothing.
 */
export const exportRuns = Effect.fn("ExportMoviesToCsv")(function* (messages: ReadonlyArray<ExportMessage>) {
  const runDates = Arr.dedupe(messages.map(({ runDate }) => runDate))
  yield* Effect.forEach(runDates, (runDate) => Effect.annotateLogs(exportRun(runDate), { runDate }), { discard: true })
})

const exportRun = Effect.fnUntraced(function* (runDate: RunDate) {
  const store = yield* RunStore
  const roster = (yield* store.readRoster(runDate)).value
  const { outcomes, pending } = runProgress(roster, yield* store.listOutcomes(runDate))
  if (pending.length > 0) {
    const first = pending.slice(0, 10).map(({ imdbId }) => imdbId)
    return yield* Effect.annotateLogs(Effect.logInfo("Run not complete"), { pending: pending.length, first })
  }
  if (yield* isExported(runDate, outcomes)) return yield* Effect.logInfo("Run already exported")

  const { gaps, completedAt } = yield* writeExport(runDate, outcomes)
  yield* Metrics.use(({ runCompleted }) =>
    runCompleted({ gaps: gaps.length, createdAt: roster.createdAt, completedAt })
  )
})

/** Whether the run's manifest is made of the same objects. */
const isExported = Effect.fnUntraced(function* (runDate: RunDate, outcomes: RunProgress["outcomes"]) {
  const { readManifest } = yield* RunStore
  const manifest = yield* whenPresent(readManifest(runDate)).pipe(
    // Replaced by the export: failing here would keep the run from ever being exported.
    Effect.catchTag("DocumentInvalid", () => Effect.succeedNone)
  )
  const current = outcomes.map(({ key, etag }) => ({ key, etag }))
  return Option.exists(manifest, ({ madeOf }) => Equal.equals(madeOf, current))
})

const writeExport = Effect.fnUntraced(function* (runDate: RunDate, outcomes: RunProgress["outcomes"]) {
  const { writeCsv, writeManifest } = yield* RunStore
  const read = yield* Effect.forEach(outcomes, (outcome) => readOutcome(runDate, outcome), { concurrency })
  const [rows, gaps] = Arr.separate(read.map(({ exported }) => exported))
  const csv = formatCsv(rows)
  yield* writeCsv(runDate, csv)

  const manifest: Manifest = {
    runDate,
    total: outcomes.length,
    enriched: rows.length,
    gaps,
    csvKey: csvKey(runDate),
    sha256: createHash("sha256").update(csv).digest("hex"),
    // The versions that were read, which can be newer than those that were listed.
    madeOf: read.map(({ madeOf }) => madeOf),
    completedAt: DateTime.formatIso(yield* DateTime.now)
  }
  // The manifest is written last, so that it never names a CSV that does not exist.
  yield* writeManifest(manifest)
  yield* Effect.annotateLogs(Effect.logInfo("Run exported"), { enriched: rows.length, gaps: gaps.length })
  return manifest
})

interface ReadOutcome {
  /** The movie's row or, as a failure, its gap. */
  readonly exported: Result.Result<CsvRow, Manifest["gaps"][number]>
  readonly madeOf: Manifest["madeOf"][number]
}

/** Reads the object of a movie. The rank is the roster's: the object can be from an earlier roster. */
const readOutcome = Effect.fnUntraced(function* (runDate: RunDate, { movie, outcome, key }: RosterOutcome) {
  const { bucket, readEnriched, readGap } = yield* RunStore
  const { imdbId, rank, title } = movie
  const { value, etag } = yield* outcome === "enriched" ? readEnriched(runDate, imdbId) : readGap(runDate, imdbId)
  if (value.runDate !== runDate || value.imdbId !== imdbId) {
    return yield* new DocumentInvalid({ bucket, key, detail: `it is about ${value.imdbId} of ${value.runDate}` })
  }
  const exported: ReadOutcome["exported"] =
    "omdb" in value
      ? Result.succeed(toCsvRow({ ...value, rank }))
      : Result.fail({ imdbId, rank, title, reason: value.reason })
  return { exported, madeOf: { key, etag } }
})

/** Objects read at once; each is in memory as a whole. */
const concurrency = 16

const forEachRun = perGroup(ExportMessage, (runDate) => ({ runDate }))

/** One batch. However many messages of a run it has, the run is exported once. */
export const handleBatch = (event: unknown) => forEachRun(event, exportRuns)

export const handler = onLambda(handleBatch, Layer.merge(RunStore.layer.pipe(Layer.provide(S3.layer)), Metrics.layer))
