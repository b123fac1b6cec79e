import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { enrichedMovie, gapOf, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { etagOf, FakeBucket } from "../support/FakeBucket.ts"
import { FakeMetrics } from "../support/FakeMetrics.ts"
import { failed } from "../support/sqsEvents.ts"
import {
  csv,
  endedSoFar,
  exportedRanks,
  exporting,
  exportingMeasured,
  manifest,
  readManifest,
  told
} from "./exporting.ts"

describe("ExportMoviesToCsv", () => {
  it.effect("writes the rows by rank, then the manifest, once every movie of the roster is accounted for", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [3, 1, 2], [2, 3, 1])
      yield* TestClock.setTime(Date.parse("2026-11-21T06:05:00Z"))
      assert.deepStrictEqual(yield* exporting(bucket, told(2)), failed())

      assert.deepStrictEqual(bucket.puts, [csv, manifest])
      const lines = yield* parseCsv(bucket.objects.get(csv) ?? "")
      assert.deepStrictEqual(
        lines.map(({ row }) => row),
        [1, 2, 3].map((rank) => toCsvRow(enrichedMovie(rank)))
      )
      assert.deepStrictEqual(bucket.json(manifest), {
        runDate,
        total: 3,
        enriched: 3,
        gaps: [],
        csvKey: csv,
        sha256: createHash("sha256")
          .update(bucket.objects.get(csv) ?? "")
          .digest("hex"),
        madeOf: [1, 2, 3].map((rank) => ({
          key: enrichedKey(runDate, idOf(rank)),
          etag: etagOf(JSON.stringify(enrichedMovie(rank)))
        })),
        completedAt: "2026-11-21T06:05:00.000Z"
      })
    })
  )

  it.effect("writes nothing while a movie is missing, acknowledges, and logs which", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(5), [1, 3], [4])
      const { result, entries } = yield* captureLogs(exporting(bucket, told(1), told(3)))
      assert.deepStrictEqual(yield* result, failed())
      assert.deepStrictEqual(bucket.puts, [])
      const { message, runDate: day, pending, first } = entries[0] ?? {}
      assert.deepStrictEqual([message, day, pending, first], ["Run not complete", runDate, 2, [idOf(2), idOf(5)]])
    })
  )

  it.effect("tells of each gap in the manifest and leaves it out of the CSV", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(10), [1, 2, 3, 4, 5, 6, 8, 9, 10], [7])
      yield* exporting(bucket, told(7))
      assert.deepStrictEqual(yield* exportedRanks(bucket), [1, 2, 3, 4, 5, 6, 8, 9, 10])
      const { total, enriched, gaps } = yield* readManifest(bucket)
      assert.deepStrictEqual(
        [total, enriched, gaps],
        [10, 9, [{ imdbId: idOf(7), rank: 7, title: "Movie 7", reason: "MovieNotFound" }]]
      )
    })
  )

  it.effect("tells that the run is complete, its gaps and its times, once per export and not before", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      const metrics = new FakeMetrics()
      endedSoFar(bucket, ranksUpTo(3), [1, 2])
      yield* exportingMeasured(bucket, metrics, told(1))
      assert.deepStrictEqual(metrics.recorded, [])
      endedSoFar(bucket, ranksUpTo(3), [], [3])
      yield* TestClock.setTime(Date.parse("2026-11-21T06:05:00Z"))
      yield* exportingMeasured(bucket, metrics, told(3))
      yield* exportingMeasured(bucket, metrics, told(3))
      const { createdAt } = rosterOf([1])
      assert.deepStrictEqual(metrics.recorded, [
        ["runCompleted", { gaps: 1, createdAt, completedAt: "2026-11-21T06:05:00.000Z" }]
      ])
    })
  )

  it.effect("tells nothing of an export whose manifest could not be written", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      const metrics = new FakeMetrics()
      endedSoFar(bucket, [1], [1])
      bucket.unwritable = (key) => key === manifest
      assert.deepStrictEqual(yield* exportingMeasured(bucket, metrics, told(1)), failed("m-1"))
      assert.deepStrictEqual(metrics.recorded, [])
    })
  )

  it.effect("exports a run of gaps alone as a header and no rows", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1, 2], [], [1, 2])
      yield* exporting(bucket, told(1))
      assert.deepStrictEqual(yield* exportedRanks(bucket), [])
      assert.match(bucket.objects.get(csv) ?? "", /^run_date,rank,imdb_id,title,year,.*\r\n$/)
    })
  )

  it.effect("counts each run of a batch once, however many of its messages are in it", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      const before = RunDate.make("2026-11-20")
      endedSoFar(bucket, ranksUpTo(9), ranksUpTo(9))
      bucket.put(rosterKey(before), rosterOf([1], before))
      bucket.put(gapKey(before, idOf(1)), { ...gapOf(1), runDate: before })
      yield* exporting(bucket, ...ranksUpTo(9).map((rank) => told(rank)), told(1, before))
      assert.deepStrictEqual(
        [bucket.puts.filter((key) => key === manifest).length, bucket.puts.at(-1)],
        [1, manifestKey(before)]
      )
      assert.strictEqual(bucket.reads.filter((key) => key === rosterKey(runDate)).length, 1)
    })
  )

  it.effect("reads a run of 250 in parallel, sixteen objects at a time", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(250), ranksUpTo(250))
      yield* exporting(bucket, told(250))
      assert.strictEqual(bucket.mostReadsAtOnce, 16)
      assert.deepStrictEqual(yield* exportedRanks(bucket), ranksUpTo(250))
    })
  )
})
