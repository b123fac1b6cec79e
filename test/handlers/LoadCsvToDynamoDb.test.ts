import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { csvKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { testEvent } from "../../local/lambda/BucketNotifications.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { enrichedMovie, idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { FakeBucket } from "../support/FakeBucket.ts"
import { FakeDynamoDb } from "../support/FakeDynamoDb.ts"
import { FakeMetrics } from "../support/FakeMetrics.ts"
import { moviesBucket } from "../support/settings.ts"
import { failed } from "../support/sqsEvents.ts"
import { arrival, csvOf, loading, loadingMeasured, ranksOf } from "./loading.ts"

const csv = csvKey(runDate)

describe("LoadCsvToDynamoDb", () => {
  it.effect("puts each row with the arrival it came from, and logs the count", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1, 2]))
      const { result, entries } = yield* captureLogs(loading(bucket, table, arrival("0A1")))
      assert.deepStrictEqual(yield* result, failed())
      assert.deepStrictEqual(
        table.day(runDate),
        [1, 2].map((rank) => ({ ...toCsvRow(enrichedMovie(rank)), loadedFrom: comparableSequencer("0A1") }))
      )
      const { message, runDate: day, rows, newer, deleted } = entries[0] ?? {}
      assert.deepStrictEqual([message, day, rows, newer, deleted], ["CSV loaded", runDate, 2, 0, 0])
    })
  )

  it.effect("tells how many rows it put, without those that a newer arrival had put before", () =>
    Effect.gen(function* () {
      const [bucket, table, metrics] = [new FakeBucket(), new FakeDynamoDb(), new FakeMetrics()]
      bucket.put(csv, csvOf([1, 2, 3]))
      yield* loadingMeasured(bucket, table, metrics, arrival("0A2"))
      yield* loadingMeasured(bucket, table, metrics, arrival("0A1"))
      assert.deepStrictEqual(metrics.recorded, [
        ["rowsLoaded", 3],
        ["rowsLoaded", 0]
      ])
    })
  )

  it.effect("deletes the day's rows that left the run, and no other day's", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      const before = RunDate.make("2026-11-20")
      bucket.put(csvKey(before), csvOf(ranksUpTo(10), before))
      bucket.put(csv, csvOf(ranksUpTo(10)))
      yield* loading(bucket, table, arrival("0A1", { key: csvKey(before) }), arrival("0A2"))
      bucket.put(csv, csvOf(ranksUpTo(5)))
      yield* loading(bucket, table, arrival("0A3"))
      assert.deepStrictEqual([ranksOf(table), ranksOf(table, before)], [ranksUpTo(5), ranksUpTo(10)])
    })
  )

  it.effect("empties the day when the CSV has no rows", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1, 2]))
      yield* loading(bucket, table, arrival("0A1"))
      bucket.put(csv, csvOf([]))
      assert.deepStrictEqual(yield* loading(bucket, table, arrival("0A2")), failed())
      assert.deepStrictEqual(ranksOf(table), [])
    })
  )

  it.effect("takes the key out of its URL encoding", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1]))
      const body = arrival("0A1")
      assert.strictEqual(body.Records[0]?.s3.object.key, "csv/run_date%3D2026-11-21/movies.csv")
      yield* loading(bucket, table, body)
      assert.deepStrictEqual(ranksOf(table), [1])
    })
  )

  it.effect("acknowledges the event that S3 sends when the notification is set up", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      assert.deepStrictEqual(yield* loading(bucket, table, testEvent(moviesBucket, new Date(0))), failed())
      assert.deepStrictEqual(bucket.reads, [])
    })
  )

  it.effect("does not hold a bad message of the batch against the others", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1]))
      assert.deepStrictEqual(yield* loading(bucket, table, "no JSON", arrival("0A1"), {}), failed("m-1", "m-3"))
      assert.deepStrictEqual(ranksOf(table), [1])
    })
  )

  it.effect("loads every arrival of a message", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      const before = RunDate.make("2026-11-20")
      bucket.put(csv, csvOf([1]))
      bucket.put(csvKey(before), csvOf([2], before))
      const Records = [...arrival("0A1").Records, ...arrival("0A2", { key: csvKey(before) }).Records]
      yield* loading(bucket, table, { Records })
      assert.deepStrictEqual([ranksOf(table), ranksOf(table, before)], [[1], [2]])
    })
  )

  it.effect("fails the message when the table cannot be written, and ends it when it comes back", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf(ranksUpTo(20)))
      table.unavailable = (imdbId) => imdbId === idOf(13)
      const { result, entries } = yield* captureLogs(loading(bucket, table, arrival("0A1")))
      assert.deepStrictEqual(yield* result, failed("m-1"))
      assert.strictEqual(entries[0]?.["reason"], "TableUnavailable")
      table.unavailable = () => false
      assert.deepStrictEqual(yield* loading(bucket, table, arrival("0A1")), failed())
      assert.deepStrictEqual(ranksOf(table), ranksUpTo(20))
    })
  )

  it.effect("writes eight rows at a time", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf(ranksUpTo(250)))
      yield* loading(bucket, table, arrival("0A1"))
      assert.strictEqual(table.mostPutsAtOnce, 8)
      assert.strictEqual(ranksOf(table).length, 250)
    })
  )
})
