import { createHash } from "node:crypto"
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { csvKey, enrichedPrefix, gapsPrefix, manifestKey, rosterKey } from "../domain/keys.ts"
import { ExportMessage } from "../domain/Messages.ts"
import { Manifest, Roster, type RosterOutcome, runProgress } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { variable } from "../domain/variables.ts"
import { formatCsv } from "../services/csv/writer.ts"
import { Metrics } from "../services/Metrics.ts"
import { ObjectMissing, S3 } from "../services/S3.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perGroup } from "./lambda/perGroup.ts"
import { readAccount } from "./lambda/readAccount.ts"
import { readDocument } from "./lambda/readDocument.ts"

/**
 * Word of movies that are accounted for in; once all of a run's roster are, the run's CSV and then its manifest out. The
 * objects tell how each movie stands, so messages that come twice or out of order change nothing.
 */
export const program = Effect.fn("ExportMoviesToCsv")(function* (messages: ReadonlyArray<ExportMessage>) {
  const runDates = Arr.dedupe(messages.map(({ runDate }) => runDate))
  yield* Effect.forEach(runDates, (runDate) => Effect.annotateLogs(exportRun(runDate), { runDate }), { discard: true })
})

const exportRun = Effect.fnUntraced(function* (runDate: RunDate) {
  const roster = yield* readRoster(runDate)
  const { accounted, missing } = runProgress(roster, yield* listStored(runDate))
  if (missing.length > 0) {
    const first = missing.slice(0, 10).map(({ imdbId }) => imdbId)
    return yield* Effect.annotateLogs(Effect.logInfo("Run not complete yet"), { missing: missing.length, first })
  }
  if (yield* isExported(runDate, accounted)) return yield* Effect.logInfo("Run exported before, from the same objects")
  yield* writeExport(roster, accounted)
})

const listStored = Effect.fnUntraced(function* (runDate: RunDate) {
  const bucket = yield* moviesBucket
  const { list } = yield* S3
  const enriched = yield* list(bucket, enrichedPrefix(runDate))
  return [...enriched, ...(yield* list(bucket, gapsPrefix(runDate)))]
})

const writeExport = Effect.fnUntraced(function* (
  { runDate, createdAt }: Roster,
  accounted: ReadonlyArray<RosterOutcome>
) {
  const bucket = yield* moviesBucket
  const { putText } = yield* S3
  const accounts = yield* Effect.forEach(accounted, (each) => readAccount(bucket, runDate, each), {
    concurrency: readsAtOnce
  })
  const [rows, gaps] = Arr.separate(accounts.map(({ ending }) => ending))
  const csv = formatCsv(rows)
  yield* putText({ bucket, key: csvKey(runDate) }, csv, "text/csv; charset=utf-8")

  const completedAt = DateTime.formatIso(yield* DateTime.now)
  // Last, so that it never names a CSV that is not there. It names what was read, which may be newer than the listing.
  const manifest = encodeManifest({
    runDate,
    total: accounted.length,
    enriched: rows.length,
    gaps,
    csvKey: csvKey(runDate),
    sha256: createHash("sha256").update(csv).digest("hex"),
    madeOf: accounts.map(({ madeOf }) => madeOf),
    completedAt
  })
  yield* putText({ bucket, key: manifestKey(runDate) }, manifest, "application/json")
  yield* Metrics.use(({ runCompleted }) => runCompleted({ gaps: gaps.length, createdAt, completedAt }))
  yield* Effect.annotateLogs(Effect.logInfo("Run exported"), { enriched: rows.length, gaps: gaps.length })
})

const isExported = Effect.fnUntraced(function* (runDate: RunDate, accounted: ReadonlyArray<RosterOutcome>) {
  const object = yield* find(manifestKey(runDate))
  if (Option.isNone(object)) return false
  // One that is no manifest is made anew: to fail on it would keep the run from ever being exported.
  const manifest = yield* S3.use(({ getText }) => getText(object.value, { maxBytes: longestManifest }))
  return Option.exists(decodeManifest(manifest.text), ({ madeOf }) =>
    Equal.equals(
      madeOf,
      accounted.map(({ key, etag }) => ({ key, etag }))
    )
  )
})

const readRoster = Effect.fnUntraced(function* (runDate: RunDate) {
  const bucket = yield* moviesBucket
  const object = yield* find(rosterKey(runDate))
  if (Option.isNone(object)) return yield* new ObjectMissing({ bucket, key: rosterKey(runDate) })
  return (yield* readDocument(Roster)(object.value)).value
})

// By listing: whoever may list some prefixes only gets a 403 for an object that is not there, as for one that is secret.
const find = Effect.fnUntraced(function* (key: string) {
  const bucket = yield* moviesBucket
  const listed = yield* S3.use(({ list }) => list(bucket, key))
  return listed.some((object) => object.key === key) ? Option.some({ bucket, key }) : Option.none()
})

/** The batch, in which a run is counted once however many of its messages there are. */
export const handleBatch = perGroup(ExportMessage, program, { annotations: (runDate) => ({ runDate }) })

export const handler = onLambda(handleBatch, Layer.merge(S3.layer, Metrics.layer))

const moviesBucket = Config.NonEmptyString(variable.moviesBucket)

/** So many objects are in memory and in flight at once. */
const readsAtOnce = 16
/** In bytes. That of a run of a thousand movies takes 200,000. */
const longestManifest = 5_000_000

const decodeManifest = Schema.decodeUnknownOption(Schema.fromJsonString(Manifest))
const encodeManifest = Schema.encodeSync(Schema.fromJsonString(Manifest))
