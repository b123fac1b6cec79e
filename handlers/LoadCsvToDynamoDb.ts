import * as Arr from "effect/Array"
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
import { CsvInvalid, parseCsv } from "../services/csv/reader.ts"
import { DynamoDb, ItemRefused } from "../services/DynamoDb.ts"
import { Metrics } from "../services/Metrics.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perRecord } from "./lambda/perRecord.ts"

export class UnexpectedObject extends Schema.TaggedError<UnexpectedObject>()("UnexpectedObject", {
  bucket: Schema.String,
  key: Schema.String
}) {
  override get message(): string {
    return `s3://${this.bucket}/${this.key} is not the CSV of a run`
  }
}

/** The rows that DynamoDB refuses. All others are in the table. */
export class RowsRefused extends Schema.TaggedError<RowsRefused>()("RowsRefused", {
  table: Schema.String,
  imdbIds: Schema.Array(Schema.String),
  detail: Schema.String
}) {
  override get message(): string {
    return `The table ${this.table} refuses the rows of ${this.imdbIds.join(", ")}: ${this.detail}`
  }
}

interface Load {
  readonly table: string
  readonly runDate: RunDate
  /** The comparable sequencer of the S3 event. */
  readonly loadedFrom: string
}

/**
 * The S3 event of a new CSV in; the run's rows in the table, equal to the CSV, out. A row never replaces one from a newer
 * CSV, and nothing is written from a CSV that is invalid anywhere.
 */
export const loadCsv = Effect.fn("LoadCsvToDynamoDb")(function* (
  { s3: { bucket, object } }: ObjectCreatedRecord,
  table: string
) {
  const store = yield* RunStore
  const runDate = runDateOfCsvKey(object.key)
  if (bucket.name !== store.bucket || Option.isNone(runDate)) {
    return yield* new UnexpectedObject({ bucket: bucket.name, key: object.key })
  }
  const load = { table, runDate: runDate.value, loadedFrom: comparableSequencer(object.sequencer) }

  const { rows, newer, refused, ids } = yield* putRows(load)
  const deleted = yield* deleteOtherRows(load, rows, ids)
  yield* Metrics.use(({ rowsLoaded }) => rowsLoaded(rows.length - newer - refused.length))
  yield* Effect.annotateLogs(Effect.logInfo("CSV loaded"), {
    runDate: load.runDate,
    rows: rows.length,
    newer,
    deleted
  })
  if (Arr.isReadonlyArrayNonEmpty(refused)) {
    const imdbIds = refused.map(({ imdbId }) => imdbId)
    return yield* new RowsRefused({ table, imdbIds, detail: refused[0].detail })
  }
})

// A newer CSV can be written, and loaded by another invocation, before this load has put its last row, and that row may
// no longer be in the run. So the CSV is read again afterwards until it has not changed. `ids`: of all versions put.
const putRows = Effect.fnUntraced(function* ({ table, runDate, loadedFrom }: Load) {
  const { putUnlessNewer } = yield* DynamoDb
  const { readCsv } = yield* RunStore
  const put = (row: CsvRow) =>
    Effect.catchTag(putUnlessNewer(table, { ...row, loadedFrom }), "ItemRefused", Effect.succeed)

  const ids = new Set<string>()
  let rows: ReadonlyArray<CsvRow> = []
  let results: ReadonlyArray<"written" | "newerExists" | ItemRefused> = []
  let version: string | undefined
  let csv = yield* readCsv(runDate)
  while (csv.etag !== version) {
    version = csv.etag
    rows = yield* rowsOf(runDate, csv.value)
    for (const { imdbId } of rows) ids.add(imdbId)
    results = yield* Effect.forEach(rows, put, { concurrency })
    csv = yield* readCsv(runDate)
  }
  const newer = results.filter((result) => result === "newerExists").length
  return { rows, newer, refused: results.filter((result) => result instanceof ItemRefused), ids }
})

// Deletes the date's other rows, those of the index and those of earlier versions, which the index may not list yet.
const deleteOtherRows = Effect.fnUntraced(function* (
  { table, runDate, loadedFrom }: Load,
  rows: ReadonlyArray<CsvRow>,
  ids: ReadonlySet<string>
) {
  const { idsOfDay, deleteUnlessNewer } = yield* DynamoDb
  const others = new Set([...ids, ...(yield* idsOfDay(table, runDate))])
  for (const { imdbId } of rows) others.delete(imdbId)
  const results = yield* Effect.forEach(others, (imdbId) => deleteUnlessNewer(table, { imdbId, runDate }, loadedFrom), {
    concurrency
  })
  return results.filter((result) => result === "deleted").length
})

/** The rows of a run's CSV: all of its date, and no movie twice. */
const rowsOf = Effect.fnUntraced(function* (
  runDate: RunDate,
  csv: string
): Effect.fn.Return<ReadonlyArray<CsvRow>, CsvInvalid> {
  const lines = yield* parseCsv(csv)
  const lineOf = new Map<string, number>()
  for (const { line, row } of lines) {
    if (row.runDate !== runDate) {
      return yield* new CsvInvalid({ line, column: "run_date", detail: `${row.runDate} in the CSV of ${runDate}` })
    }
    const earlier = lineOf.get(row.imdbId)
    if (earlier !== undefined) {
      const detail = `${row.imdbId} is already on line ${earlier}`
      return yield* new CsvInvalid({ line, column: "imdb_id", detail })
    }
    lineOf.set(row.imdbId, line)
  }
  return lines.map(({ row }) => row)
})

const concurrency = 8

const table = Config.NonEmptyString(variable.moviesTable)

const forEachNotification = perRecord(S3Notification, {
  annotations: (body) => ({ keys: objectCreatedRecords(body).map(({ s3 }) => s3.object.key) })
})

export const handleBatch = Effect.fnUntraced(function* (event: unknown) {
  const moviesTable = yield* table
  return yield* forEachNotification(event, (body) =>
    Effect.forEach(objectCreatedRecords(body), (record) => loadCsv(record, moviesTable), { discard: true })
  )
})

export const handler = onLambda(
  handleBatch,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provide(S3.layer)), DynamoDb.layer, Metrics.layer)
)
