import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { CsvRow } from "../domain/CsvRow.ts"
import { runDateOfCsvKey } from "../domain/keys.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { comparableSequencer } from "../domain/TableItem.ts"
import { variable } from "../domain/variables.ts"
import { parseRunCsv } from "../services/csv/runRows.ts"
import { DynamoDb, ItemRefused } from "../services/DynamoDb.ts"
import { Metrics } from "../services/Metrics.ts"
import { RunStore } from "../services/RunStore.ts"
import { S3 } from "../services/S3.ts"
import { onLambda } from "./lambda/onLambda.ts"
import { perCreatedObject } from "./lambda/perCreatedObject.ts"

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
export const loadCsv = Effect.fn("LoadCsvToDynamoDb")(function* (runDate: RunDate, sequencer: string, table: string) {
  const load = { table, runDate, loadedFrom: comparableSequencer(sequencer) }

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
    rows = yield* parseRunCsv(runDate, csv.value)
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

const concurrency = 8

const table = Config.NonEmptyString(variable.moviesTable)

const forEachCsv = perCreatedObject("CSV", runDateOfCsvKey)

export const handleBatch = Effect.fnUntraced(function* (event: unknown) {
  const moviesTable = yield* table
  return yield* forEachCsv(event, (runDate, sequencer) => loadCsv(runDate, sequencer, moviesTable))
})

export const handler = onLambda(
  handleBatch,
  Layer.mergeAll(RunStore.layer.pipe(Layer.provide(S3.layer)), DynamoDb.layer, Metrics.layer)
)
