import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { type CsvRow, toCsvRow } from "../domain/CsvRow.ts"
import { csvKey } from "../domain/keys.ts"
import { ExportsQueueMessage } from "../domain/Messages.ts"
import {
  isExported,
  type Manifest,
  type Roster,
  type RosterMovie,
  type RosterOutcome,
  type RunProgress,
  runProgress
} from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { formatCsv } from "../services/csv/writer.ts"
import { digest } from "../services/digest.ts"
import { DocumentInvalid, whenValid } from "../services/documents.ts"
import { Metrics } from "../services/Metrics.ts"
import type { ReadError } from "../services/objectErrors.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { AwaitedMovies, findAwaited, isExportRequested, rememberAwaited } from "./export/awaitedMovie.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perGroup } from "./lambda/perGroup.ts"

/**
 * Messages about runs in; the CSV and then the manifest of each run out, once every movie of its roster has an object, or
 * when an export is requested. The objects decide, not the messages: repeated and unordered messages change nothing.
 */
export const exportRuns = Effect.fn("ExportMoviesToCsv")(function* (messages: ReadonlyArray<ExportsQueueMessage>) {
  yield* Effect.forEach(
    Map.groupBy(messages, ({ runDate }) => runDate),
    ([runDate, ofRun]) => Effect.annotateLogs(exportRun(runDate, ofRun), { runDate }),
    { discard: true }
  )
})

const exportRun = Effect.fnUntraced(function* (runDate: RunDate, messages: ReadonlyArray<ExportsQueueMessage>) {
  const movie = yield* findAwaited(runDate, messages)
  if (movie !== undefined) {
    return yield* Effect.annotateLogs(Effect.logInfo("Awaited movie still pending"), { imdbId: movie.imdbId })
  }
  const { readRoster, listOutcomes } = yield* RunStore
  const found = yield* readRoster(runDate).pipe(
    Effect.asSome,
    // Stage 1 sends its request first, and may have failed before the roster.
    Effect.catchTag("ObjectMissing", (missing) =>
      messages.every(({ type }) => type === "export") ? Effect.succeedNone : missing
    )
  )
  if (Option.isNone(found)) return yield* Effect.logInfo("Run has no roster")
  const { value: roster } = found.value
  const isRequested = yield* isExportRequested(messages, roster)
  const progress = runProgress(roster, yield* listOutcomes(runDate))
  // Stage 1 queues by rank, so the last one is likely to be pending the longest.
  const awaited = progress.pending.at(-1)
  if (!isRequested && awaited !== undefined) {
    yield* rememberAwaited(found.value, awaited)
    return yield* Effect.annotateLogs(Effect.logInfo("Run not complete"), { pending: progress.pending.length })
  }

  const previous = yield* previousManifest(runDate)
  if (Option.exists(previous, (manifest) => isExported(manifest, roster, progress))) {
    return yield* Effect.logInfo("Run already exported")
  }
  const documents = yield* Effect.forEach(progress.outcomes, (outcome) => readDocument(runDate, outcome), {
    concurrency
  })
  const unread = documents.filter(isUnread)
  const failed = unread[0]?.error
  // A row that is published stays until its object can be read again.
  const isPublished = ({ movie }: OutcomeDocument) =>
    Option.exists(previous, (manifest) => hasRow(manifest, roster, movie))
  if (failed !== undefined && (!isRequested || unread.some(isPublished))) return yield* failed

  yield* writeExport(roster, progress, documents, previous)
  // Exported without the object that could not be read: the message comes back, and the run is exported again.
  if (failed !== undefined) return yield* failed
})

const hasRow = (manifest: Manifest, { createdAt }: Roster, { imdbId }: RosterMovie): boolean =>
  manifest.rosterCreatedAt === createdAt &&
  !manifest.pending.includes(imdbId) &&
  !manifest.gaps.some((gap) => gap.imdbId === imdbId)

const previousManifest = (runDate: RunDate) =>
  // An invalid one is replaced: failing here would keep the run from ever being exported.
  RunStore.use(({ readManifest }) => whenValid(readManifest(runDate)))

interface OutcomeDocument extends RosterOutcome {
  /** The movie's row or its gap; neither where the document could not be read. */
  readonly row?: CsvRow
  readonly gap?: Manifest["gaps"][number]
  readonly error?: ReadError | DocumentInvalid
}

/** Reads the object of a movie. The rank is the roster's: the object can be from an earlier roster. */
const readDocument = Effect.fnUntraced(
  function* (runDate: RunDate, outcome: RosterOutcome) {
    const { bucket, readEnriched, readGap } = yield* RunStore
    const { imdbId, rank, title } = outcome.movie
    const { value, etag } = yield* outcome.outcome === "enriched"
      ? readEnriched(runDate, imdbId)
      : readGap(runDate, imdbId)
    if (value.runDate !== runDate || value.imdbId !== imdbId) {
      const detail = `it is about ${value.imdbId} of ${value.runDate}`
      return yield* new DocumentInvalid({ bucket, key: outcome.key, detail })
    }
    if ("omdb" in value) return { ...outcome, etag, row: toCsvRow({ ...value, rank }) } satisfies OutcomeDocument
    const next = value.nextAttemptAt === undefined ? {} : { nextAttemptAt: value.nextAttemptAt }
    return { ...outcome, etag, gap: { imdbId, rank, title, reason: value.reason, ...next } } satisfies OutcomeDocument
  },
  (self, _runDate, outcome): Effect.Effect<OutcomeDocument, never, RunStore> =>
    Effect.catch(self, (error) =>
      Effect.as(Effect.logError("Document not readable", error), { ...outcome, error } satisfies OutcomeDocument)
    )
)

/** Not read because S3 failed, so it can be read later. An invalid document stays invalid until it is written again. */
const isUnread = ({ error }: OutcomeDocument): boolean => error !== undefined && !(error instanceof DocumentInvalid)

const writeExport = Effect.fnUntraced(function* (
  { runDate, createdAt, total }: Roster,
  { pending }: RunProgress,
  documents: ReadonlyArray<OutcomeDocument>,
  previous: Option.Option<Manifest>
) {
  const { csvEtag, writeCsv, writeManifest } = yield* RunStore
  const rows = documents.flatMap(({ row }) => row ?? [])
  const unreadable = documents.flatMap(({ movie, error }) =>
    error === undefined ? [] : [{ imdbId: movie.imdbId, reason: error._tag, detail: error.message }]
  )
  const csv = formatCsv(rows)
  // A CSV that is written again is loaded again.
  if ((yield* csvEtag(runDate)) !== digest("md5", csv)) yield* writeCsv(runDate, csv)

  const content = {
    runDate,
    rosterCreatedAt: createdAt,
    complete: rows.length === total,
    total,
    enriched: rows.length,
    gaps: documents.flatMap(({ gap }) => gap ?? []),
    pending: [...pending, ...unreadable].map(({ imdbId }) => imdbId),
    unreadable,
    csvKey: csvKey(runDate),
    sha256: digest("sha256", csv),
    // The versions that were read, which can be newer than those that were listed. One that was not read is left out, so
    // that the run is exported again.
    madeOf: documents.filter((document) => !isUnread(document)).map(({ key, etag }) => ({ key, etag }))
  } satisfies Omit<Manifest, "completedAt">
  if (Option.exists(previous, ({ completedAt: _, ...earlier }) => Equal.equals(earlier, content))) {
    return yield* Effect.logInfo("Run already exported")
  }
  const manifest: Manifest = { ...content, completedAt: DateTime.formatIso(yield* DateTime.now) }
  // The manifest is written last, so that it never names a CSV that does not exist.
  yield* writeManifest(manifest)
  yield* Effect.annotateLogs(Effect.logInfo("Run exported"), {
    enriched: rows.length,
    gaps: manifest.gaps.length,
    pending: manifest.pending.length
  })
  yield* recordMetrics(manifest, previous)
})

/** A roster counts as published with its first manifest, and as completed with its first complete one. */
const recordMetrics = Effect.fnUntraced(function* (manifest: Manifest, previous: Option.Option<Manifest>) {
  const { runPublished, runCompleted } = yield* Metrics
  const ofRoster = Option.filter(previous, ({ rosterCreatedAt }) => rosterCreatedAt === manifest.rosterCreatedAt)
  if (Option.isNone(ofRoster)) yield* runPublished(manifest)
  if (manifest.complete && !Option.exists(ofRoster, ({ complete }) => complete)) yield* runCompleted
})

/** Objects read at once; each is in memory as a whole. */
const concurrency = 16

const forEachRun = perGroup(ExportsQueueMessage, (runDate) => ({ runDate }))

/** One batch. However many messages of a run it has, the run is exported once. */
export const handleBatch = (event: unknown) => forEachRun(event, exportRuns)

export const handler = onLambda(
  handleBatch,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provide(S3.layer)), Metrics.layer, AwaitedMovies.layer)
)
