import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { CsvRow } from "../domain/CsvRow.ts"
import { runDateOfCsvKey } from "../domain/keys.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { type ObjectCreatedRecord, objectCreatedRecords, S3Notification } from "../domain/S3Notification.ts"
import { comparableSequencer } from "../domain/TableItem.ts"
import { variable } from "../domain/variables.ts"
import { DynamoDb } from "../services/DynamoDb.ts"
import { Metrics } from "../services/Metrics.ts"
import { S3 } from "../services/S3.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perRecord } from "./lambda/perRecord.ts"
import { rowsOfRun } from "./lambda/rowsOfRun.ts"

export class UnexpectedObject extends Schema.TaggedError<UnexpectedObject>()("UnexpectedObject", {
  bucket: Schema.String,
  key: Schema.String
}) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} is not the CSV of a run`
  }
}

/**
 * The arrival of a run's CSV in; the day's rows in the table equal to it out. A row never takes the place of one from a
 * newer arrival, and nothing is written of a CSV that cannot all be read.
 */
export const program = Effect.fn("LoadCsvToDynamoDb")(function* (body: S3Notification) {
  yield* Effect.forEach(objectCreatedRecords(body), load, { discard: true })
})

const load = Effect.fnUntraced(function* ({ s3: { bucket, object } }: ObjectCreatedRecord) {
  const { moviesBucket } = yield* settings
  const place = { bucket: bucket.name, key: object.key }
  const runDate = runDateOfCsvKey(object.key)
  if (bucket.name !== moviesBucket || Option.isNone(runDate)) return yield* new UnexpectedObject(place)
  const arrival = { place, runDate: runDate.value, loadedFrom: comparableSequencer(object.sequencer.toUpperCase()) }

  const { rows, newer, ids } = yield* putRows(arrival)
  const deleted = yield* deleteOthers(arrival, rows, ids)
  const counts = { rows: rows.length, newer, deleted }
  yield* Metrics.use(({ rowsLoaded }) => rowsLoaded(rows.length - newer))
  yield* Effect.annotateLogs(Effect.logInfo("CSV loaded"), { runDate: arrival.runDate, ...counts })
})

interface RunArrival {
  readonly place: { readonly bucket: string; readonly key: string }
  readonly runDate: RunDate
  readonly loadedFrom: string
}

// A newer version may arrive meanwhile, and be loaded by another before this load has put its last row: that row may
// have left the run. So the CSV is read again afterwards, until it is what was put; `ids` are those of all versions put.
const putRows = Effect.fnUntraced(function* ({ place, runDate, loadedFrom }: RunArrival) {
  const { table } = yield* settings
  const { putUnlessNewer } = yield* DynamoDb
  const read = S3.use(({ getText }) => getText(place, { maxBytes: longestCsv }))
  const put = (row: CsvRow) => putUnlessNewer(table, { ...row, loadedFrom })

  const ids = new Set<string>()
  let rows: ReadonlyArray<CsvRow> = []
  let newer = 0
  let version: string | undefined
  let csv = yield* read
  while (csv.etag !== version) {
    version = csv.etag
    rows = yield* rowsOfRun(runDate, csv.text)
    for (const { imdbId } of rows) ids.add(imdbId)
    const outcomes = yield* Effect.forEach(rows, put, { concurrency: callsAtOnce })
    newer = outcomes.filter((outcome) => outcome === "newerExists").length
    csv = yield* read
  }
  return { rows, newer, ids }
})

// Those of the day that are in the table, and those this load put itself: the index may not know of them yet.
const deleteOthers = Effect.fnUntraced(function* (
  { runDate, loadedFrom }: RunArrival,
  rows: ReadonlyArray<CsvRow>,
  ids: ReadonlySet<string>
) {
  const { table } = yield* settings
  const { idsOfDay, deleteUnlessNewer } = yield* DynamoDb
  const others = new Set([...ids, ...(yield* idsOfDay(table, runDate))])
  for (const { imdbId } of rows) others.delete(imdbId)
  const outcomes = yield* Effect.forEach(
    others,
    (imdbId) => deleteUnlessNewer(table, { imdbId, runDate }, loadedFrom),
    { concurrency: callsAtOnce }
  )
  return outcomes.filter((outcome) => outcome === "deleted").length
})

export const handleBatch = perRecord(S3Notification, program, {
  annotations: (body) => ({ keys: objectCreatedRecords(body).map(({ s3 }) => s3.object.key) })
})

export const handler = onLambda(handleBatch, Layer.mergeAll(S3.layer, DynamoDb.layer, Metrics.layer))

/** In bytes. A run of a thousand movies takes half of it, and to load this much takes 200 of the function's 256 MB. */
const longestCsv = 5_000_000

const callsAtOnce = 8

const settings = Config.all({
  moviesBucket: Config.NonEmptyString(variable.moviesBucket),
  table: Config.NonEmptyString(variable.moviesTable)
})
