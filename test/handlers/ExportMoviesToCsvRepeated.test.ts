import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { enrichedKey, rosterKey } from "../../domain/keys.ts"
import { enrichedMovie, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, exportRecord, exportStage, manifest } from "./exportStage.ts"

const newerMovie = (rank: number) => enrichedMovie(rank, { enrichedAt: "2026-11-21T09:00:00.000Z" })

describe("ExportMoviesToCsv for a run that is already exported", () => {
  it.effect("writes nothing when the objects are the same", () =>
    Effect.gen(function* () {
      const { putRun, handle, written } = exportStage()
      putRun(ranksUpTo(3), [1, 2], [3])
      yield* handle(exportRecord(3))
      assert.deepStrictEqual((yield* handle(exportRecord(1), exportRecord(2))).response, failed())
      assert.deepStrictEqual(written(), [csv, manifest])
    })
  )

  it.effect("exports the run again when an object has changed", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, written, textOf } = exportStage()
      putRun(ranksUpTo(2), ranksUpTo(2))
      yield* handle(exportRecord(2))
      put(enrichedKey(runDate, idOf(2)), newerMovie(2))
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(written(), [csv, manifest, csv, manifest])
      assert.include(textOf(csv), "2026-11-21T09:00:00.000Z")
    })
  )

  it.effect("exports only the roster's movies when the date runs again with fewer movies", () =>
    Effect.gen(function* () {
      const { putRun, handle, exportedRanks, readManifest } = exportStage()
      putRun(ranksUpTo(10), ranksUpTo(10))
      yield* handle(exportRecord(10))
      putRun(ranksUpTo(5))
      yield* handle(exportRecord(5))
      assert.deepStrictEqual(yield* exportedRanks, ranksUpTo(5))
      assert.strictEqual((yield* readManifest).total, 5)
    })
  )

  it.effect("keeps the CSV while a movie is pending after the date runs again with more movies", () =>
    Effect.gen(function* () {
      const { putRun, handle, written } = exportStage()
      putRun(ranksUpTo(3), ranksUpTo(3))
      yield* handle(exportRecord(3))
      putRun(ranksUpTo(5), [4])
      yield* handle(exportRecord(4))
      assert.deepStrictEqual(written(), [csv, manifest])
    })
  )

  it.effect("takes the rank from the latest roster, not from the object", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, rows } = exportStage()
      putRun([1, 2], [1, 2])
      const [first, second] = rosterOf([1, 2]).movies
      put(rosterKey(runDate), {
        ...rosterOf([1, 2]),
        movies: [
          { ...second, rank: 1 },
          { ...first, rank: 2 }
        ]
      })
      yield* handle(exportRecord(1))
      assert.deepStrictEqual(
        (yield* rows).map(({ rank, title }) => [rank, title]),
        [
          [1, "Movie 2"],
          [2, "Movie 1"]
        ]
      )
    })
  )

  it.effect("records in the manifest the version that it read when an object changes after the listing", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, faults, written, readManifest, bucket, textOf } = exportStage()
      putRun(ranksUpTo(2), ranksUpTo(2))
      const key = enrichedKey(runDate, idOf(2))
      faults.beforeCall = ({ operation, resource }) =>
        Effect.sync(() => {
          if (operation === "GetObject" && resource === key) put(key, newerMovie(2))
        })
      yield* handle(exportRecord(1))
      assert.deepStrictEqual((yield* readManifest).madeOf[1], { key, etag: `${bucket.get(key)?.etag}` })
      assert.include(textOf(csv), "2026-11-21T09:00:00.000Z")
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(written(), [csv, manifest])
    })
  )

  it.effect("replaces an invalid manifest", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, readManifest } = exportStage()
      putRun([1], [1])
      put(manifest, { version: 0 })
      assert.deepStrictEqual((yield* handle(exportRecord(1))).response, failed())
      assert.strictEqual((yield* readManifest).total, 1)
    })
  )

  const Step = Schema.Struct({ rank: Schema.Literals([1, 2, 3, 4]), outcome: Schema.Literals(["enriched", "gap"]) })
  it.effect.prop(
    "ends with the same export for any order of the movies and any repeated message, and never removes a row",
    [Schema.Array(Step), Schema.Array(Schema.Literals(["enriched", "gap"]))],
    ([steps, outcomes]) =>
      Effect.gen(function* () {
        const { putRun, handle, exportedRanks, readManifest, bucket } = exportStage()
        const all = [
          ...steps,
          ...ranksUpTo(4).map((rank, index) => ({ rank, outcome: outcomes[index] ?? ("enriched" as const) }))
        ]
        let rowCount = 0
        for (const { rank, outcome } of all) {
          putRun(ranksUpTo(4), outcome === "enriched" ? [rank] : [], outcome === "gap" ? [rank] : [])
          assert.deepStrictEqual((yield* handle(exportRecord(rank), exportRecord(rank))).response, failed())
          if (bucket.get(csv) === undefined) continue
          const { length } = yield* exportedRanks
          assert.isAtLeast(length, rowCount)
          rowCount = length
        }
        const enriched = ranksUpTo(4).filter((rank) =>
          all.some((step) => step.rank === rank && step.outcome === "enriched")
        )
        assert.deepStrictEqual(yield* exportedRanks, enriched)
        assert.strictEqual((yield* readManifest).gaps.length, 4 - enriched.length)
      })
  )
})
