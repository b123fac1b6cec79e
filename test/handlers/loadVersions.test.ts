import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { csvKey } from "../../domain/keys.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { FakeBucket } from "../support/FakeBucket.ts"
import { FakeDynamoDb } from "../support/FakeDynamoDb.ts"
import { failed } from "../support/sqsEvents.ts"
import { arrival, csvOf, loading, ranksOf } from "./loading.ts"

const csv = csvKey(runDate)
const titlesOf = (table: FakeDynamoDb) => table.day(runDate).map(({ title }) => title)

describe("LoadCsvToDynamoDb, with several versions of a CSV", () => {
  it.effect("ends the same when an arrival comes twice", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1, 2]))
      yield* loading(bucket, table, arrival("0A1"))
      const once = table.day(runDate)
      assert.deepStrictEqual(yield* loading(bucket, table, arrival("0A1"), arrival("0A1")), failed())
      assert.deepStrictEqual(table.day(runDate), once)
    })
  )

  it.effect("changes nothing for an arrival that comes after a newer one, and counts what it left alone", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1, 2]))
      const { entries } = yield* captureLogs(
        Effect.gen(function* () {
          yield* loading(bucket, table, arrival("0A2"))
          const before = table.day(runDate)
          assert.deepStrictEqual(yield* loading(bucket, table, arrival("0A1")), failed())
          assert.deepStrictEqual(table.day(runDate), before)
        })
      )
      assert.deepStrictEqual(
        entries.map(({ rows, newer }) => [rows, newer]),
        [
          [2, 0],
          [2, 2]
        ]
      )
    })
  )

  it.effect("takes the longer of two sequencers that begin alike for the newer", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1]))
      for (const sequencer of ["0A1", "0A1F", "0A1"]) yield* loading(bucket, table, arrival(sequencer))
      assert.strictEqual(table.day(runDate)[0]?.loadedFrom, comparableSequencer("0A1F"))
    })
  )

  it.effect("compares sequencers whatever the case of their letters", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1]))
      for (const sequencer of ["0ab", "0AC", "0ab"]) yield* loading(bucket, table, arrival(sequencer))
      assert.strictEqual(table.day(runDate)[0]?.loadedFrom, comparableSequencer("0AC"))
    })
  )

  it.effect("reads the newest version already at the older one's arrival, and repeats it at the newer one's", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([2], runDate, "Newest"))
      yield* loading(bucket, table, arrival("0A1"), arrival("0A2"))
      assert.deepStrictEqual(titlesOf(table), ["Newest 2"])
      assert.strictEqual(table.day(runDate)[0]?.loadedFrom, comparableSequencer("0A2"))
    })
  )

  it.effect("never puts back a row that a newer load deleted while it was still writing", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf(ranksUpTo(10)))
      // Before the last row is put, a newer version without it arrives, and another invocation loads that one whole.
      table.beforePut = (imdbId) => {
        if (imdbId !== idOf(10)) return Effect.void
        table.beforePut = () => Effect.void
        bucket.put(csv, csvOf(ranksUpTo(5), runDate, "Newer"))
        return loading(bucket, table, arrival("0A2")).pipe(Effect.orDie)
      }
      // The index does not even know yet of the row that came last.
      table.unindexed.add(idOf(10))
      assert.deepStrictEqual(yield* loading(bucket, table, arrival("0A1")), failed())
      assert.deepStrictEqual(
        titlesOf(table),
        ranksUpTo(5).map((rank) => `Newer ${rank}`)
      )
      assert.isTrue(table.day(runDate).every(({ loadedFrom }) => loadedFrom === comparableSequencer("0A2")))
    })
  )

  it.effect("keeps a newer row that it would delete by what the index told", () =>
    Effect.gen(function* () {
      const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
      bucket.put(csv, csvOf([1, 2]))
      yield* loading(bucket, table, arrival("0A3"))
      bucket.put(csv, csvOf([1]))
      yield* loading(bucket, table, arrival("0A2"))
      assert.deepStrictEqual(ranksOf(table), [1, 2])
    })
  )
})
