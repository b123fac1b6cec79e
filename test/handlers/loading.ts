import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { csvKey } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { handleBatch } from "../../handlers/LoadCsvToDynamoDb.ts"
import { objectCreatedEvent } from "../../local/lambda/BucketNotifications.ts"
import { formatCsv } from "../../services/csv/writer.ts"
import { enrichedMovie, runDate } from "../support/exampleRun.ts"
import type { FakeBucket } from "../support/FakeBucket.ts"
import type { FakeDynamoDb } from "../support/FakeDynamoDb.ts"
import { FakeMetrics } from "../support/FakeMetrics.ts"
import { moviesBucket, settings } from "../support/settings.ts"
import { sqsEvent, sqsRecord } from "../support/sqsEvents.ts"

export const csvOf = (ranks: ReadonlyArray<number>, day: RunDate = runDate, title = "Movie") =>
  formatCsv(ranks.map((rank) => toCsvRow(enrichedMovie(rank, { runDate: day, title: `${title} ${rank}` }))))

/** S3's word of an arrival, as it stands in a message. */
export const arrival = (sequencer: string, { key = csvKey(runDate), bucket = moviesBucket } = {}) => {
  const eventName = "ObjectCreated:Put" as const
  const created = { bucket, key, sequencer, size: 1, eTag: "e", at: 0, principal: "AWS:x", eventName }
  return objectCreatedEvent(created, "eu-central-1", "csv-arrivals")
}

/** Hands the bodies to the handler as one batch; their messages are m-1, m-2 and so on. */
export const loading = (bucket: FakeBucket, table: FakeDynamoDb, ...bodies: ReadonlyArray<unknown>) =>
  loadingMeasured(bucket, table, new FakeMetrics(), ...bodies)

export const loadingMeasured = (
  bucket: FakeBucket,
  table: FakeDynamoDb,
  metrics: FakeMetrics,
  ...bodies: ReadonlyArray<unknown>
) =>
  handleBatch(sqsEvent(...bodies.map((body, index) => sqsRecord(body, { id: `m-${index + 1}` })))).pipe(
    Effect.provide(Layer.mergeAll(bucket.layer, table.layer, metrics.layer, settings({ MOVIES_TABLE: "movies-table" })))
  )

/** The day's ranks in the table. */
export const ranksOf = (table: FakeDynamoDb, day: RunDate = runDate) => table.day(day).map(({ rank }) => rank)
