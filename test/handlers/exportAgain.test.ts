import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { enrichedKey, gapKey, rosterKey } from "../../domain/keys.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { enrichedMovie, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { etagOf, FakeBucket } from "../support/FakeBucket.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, endedSoFar, exportedRanks, exporting, manifest, readManifest, told } from "./exporting.ts"

const later = (rank: number) => enrichedMovie(rank, { enrichedAt: "2026-11-21T09:00:00.000Z" })

describe("ExportMoviesToCsv, asked again", () => {
  it.effect("exports the run again, with no gap, when the movie is enriched later", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(3), [1, 2], [3])
      yield* exporting(bucket, told(3))
      endedSoFar(bucket, ranksUpTo(3), [3])
      yield* exporting(bucket, told(3))
      assert.deepStrictEqual(yield* exportedRanks(bucket), [1, 2, 3])
      const { enriched, gaps } = yield* readManifest(bucket)
      assert.deepStrictEqual([enriched, gaps], [3, []])
    })
  )

  it.effect("leaves only the roster's movies when the day is run again with fewer", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(10), ranksUpTo(10))
      yield* exporting(bucket, told(10))
      endedSoFar(bucket, ranksUpTo(5), [])
      yield* exporting(bucket, told(5))
      assert.deepStrictEqual(yield* exportedRanks(bucket), ranksUpTo(5))
      assert.strictEqual((yield* readManifest(bucket)).total, 5)
    })
  )

  it.effect("keeps the complete CSV while the day, run again with more, is not complete", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(3), ranksUpTo(3))
      yield* exporting(bucket, told(3))
      const [before, writes] = [bucket.objects.get(csv), bucket.puts.length]
      endedSoFar(bucket, ranksUpTo(5), [4])
      yield* exporting(bucket, told(4))
      assert.deepStrictEqual([bucket.objects.get(csv), bucket.puts.length], [before, writes])
    })
  )

  it.effect("ranks by the latest roster, also a movie whose object tells an older rank", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1, 2], [1, 2])
      const [first, second] = rosterOf([1, 2]).movies
      bucket.put(rosterKey(runDate), {
        ...rosterOf([1, 2]),
        movies: [
          { ...second, rank: 1 },
          { ...first, rank: 2 }
        ]
      })
      yield* exporting(bucket, told(1))
      const lines = yield* parseCsv(bucket.objects.get(csv) ?? "")
      assert.deepStrictEqual(
        lines.map(({ row }) => [row.rank, row.title]),
        [
          [1, "Movie 2"],
          [2, "Movie 1"]
        ]
      )
    })
  )

  it.effect("does not write an export of the same objects again", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(3), [1, 2], [3])
      yield* exporting(bucket, told(3))
      assert.deepStrictEqual(yield* exporting(bucket, told(1), told(2)), failed())
      assert.deepStrictEqual(bucket.puts, [csv, manifest])
    })
  )

  it.effect("exports again when an object changed", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(2), ranksUpTo(2))
      yield* exporting(bucket, told(2))
      bucket.put(enrichedKey(runDate, idOf(2)), later(2))
      yield* exporting(bucket, told(2))
      assert.deepStrictEqual(bucket.puts, [csv, manifest, csv, manifest])
      assert.include(bucket.objects.get(csv) ?? "", "2026-11-21T09:00:00.000Z")
    })
  )

  it.effect("names in the manifest the versions that it read, where one changed after the listing", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(2), ranksUpTo(2))
      const key = enrichedKey(runDate, idOf(2))
      bucket.beforeRead = (read) => {
        if (read === key) bucket.put(key, later(2))
      }
      yield* exporting(bucket, told(1))
      const { madeOf } = yield* readManifest(bucket)
      assert.deepStrictEqual(madeOf[1], { key, etag: etagOf(JSON.stringify(later(2))) })
      assert.include(bucket.objects.get(csv) ?? "", "2026-11-21T09:00:00.000Z")
      yield* exporting(bucket, told(2))
      assert.strictEqual(bucket.puts.length, 2)
    })
  )

  it.effect("exports again a movie that was enriched after its gap was listed", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, ranksUpTo(2), [1], [2])
      bucket.beforeRead = (read) => {
        if (read === gapKey(runDate, idOf(2))) endedSoFar(bucket, ranksUpTo(2), [2])
      }
      yield* exporting(bucket, told(1))
      yield* exporting(bucket, told(2))
      assert.deepStrictEqual(yield* exportedRanks(bucket), [1, 2])
      assert.deepStrictEqual((yield* readManifest(bucket)).gaps, [])
    })
  )

  it.effect("makes anew a manifest that is none", () =>
    Effect.gen(function* () {
      const bucket = new FakeBucket()
      endedSoFar(bucket, [1], [1])
      bucket.put(manifest, { version: 0 })
      assert.deepStrictEqual(yield* exporting(bucket, told(1)), failed())
      assert.strictEqual((yield* readManifest(bucket)).total, 1)
    })
  )
})
