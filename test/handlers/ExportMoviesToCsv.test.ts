import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { enrichedMovie, gapOf, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, exportRecord, exportStage, manifest } from "./stages.ts"

const newerMovie = (rank: number) => enrichedMovie(rank, { enrichedAt: "2026-11-21T09:00:00.000Z" })

describe("ExportMoviesToCsv", () => {
  it.effect("writes the rows by rank, then the manifest, once every movie of the roster has an object", () =>
    Effect.gen(function* () {
      const { putRun, handle, bucket, written, rows, metrics, textOf } = exportStage()
      putRun([3, 1, 2], [2, 3, 1])
      yield* TestClock.setTime(Date.parse("2026-11-21T06:05:00Z"))
      assert.deepStrictEqual((yield* handle(exportRecord(2))).response, failed())
      assert.deepStrictEqual(written(), [csv, manifest])
      assert.deepStrictEqual(
        yield* rows,
        [1, 2, 3].map((rank) => toCsvRow(enrichedMovie(rank)))
      )
      const completedAt = "2026-11-21T06:05:00.000Z"
      assert.deepStrictEqual(bucket.json(manifest), {
        runDate,
        total: 3,
        enriched: 3,
        gaps: [],
        csvKey: csv,
        sha256: createHash("sha256").update(textOf(csv)).digest("hex"),
        madeOf: [1, 2, 3].map((rank) => {
          const key = enrichedKey(runDate, idOf(rank))
          return { key, etag: bucket.get(key)?.etag }
        }),
        completedAt
      })
      assert.deepStrictEqual(metrics, [["runCompleted", { gaps: 0, createdAt: rosterOf([1]).createdAt, completedAt }]])
    })
  )

  it.effect("writes nothing while movies are pending, acknowledges the messages and logs the pending movies", () =>
    Effect.gen(function* () {
      const { putRun, handle, written, metrics } = exportStage()
      putRun(ranksUpTo(5), [1, 3], [4])
      const { response, entries } = yield* handle(exportRecord(1), exportRecord(3))
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual([written(), metrics], [[], []])
      assert.deepInclude(entries[0], { message: "Run not complete", runDate, pending: 2, first: [idOf(2), idOf(5)] })
    })
  )

  it.effect("lists each gap in the manifest and in the metric, and leaves it out of the CSV", () =>
    Effect.gen(function* () {
      const { putRun, handle, exportedRanks, readManifest, metrics } = exportStage()
      putRun(ranksUpTo(3), [1, 3], [2])
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(yield* exportedRanks, [1, 3])
      const { total, enriched, gaps } = yield* readManifest
      const listed = [{ imdbId: idOf(2), rank: 2, title: "Movie 2", reason: "MovieNotFound" }]
      assert.deepStrictEqual([total, enriched, gaps], [3, 2, listed])
      assert.propertyVal(metrics[0]?.[1], "gaps", 1)
    })
  )

  it.effect("exports each run of a batch once, however many of its messages are in the batch", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, callsOf } = exportStage()
      const before = RunDate.make("2026-11-20")
      putRun(ranksUpTo(9), ranksUpTo(9))
      put(rosterKey(before), rosterOf([1], before))
      put(gapKey(before, idOf(1)), gapOf(1, { runDate: before }))
      yield* handle(...ranksUpTo(9).map((rank) => exportRecord(rank)), exportRecord(1, before))
      assert.deepStrictEqual(
        callsOf("PutObject").filter((key) => key.endsWith("manifest.json")),
        [manifest, manifestKey(before)]
      )
      assert.strictEqual(callsOf("GetObject").filter((key) => key === rosterKey(runDate)).length, 1)
    })
  )

  it.effect("reads the objects of 250 movies sixteen at a time", () =>
    Effect.gen(function* () {
      const { putRun, handle, exportedRanks, faults } = exportStage()
      putRun(ranksUpTo(250), ranksUpTo(250))
      yield* handle(exportRecord(250))
      assert.strictEqual(faults.maxConcurrency.get("GetObject"), 16)
      assert.deepStrictEqual(yield* exportedRanks, ranksUpTo(250))
    })
  )

  it.effect.each([
    ["the CSV", csv, []],
    ["the manifest", manifest, [csv]]
  ] as const)(
    "fails when %s cannot be written, and writes CSV and manifest on the next receive",
    ([, failing, before]) =>
      Effect.gen(function* () {
        const { putRun, handle, faults, endFaults, written, metrics } = exportStage()
        putRun([1], [1])
        faults.fail("PutObject", (key) => key === failing)
        const { response, entries } = yield* handle(exportRecord(1))
        assert.deepStrictEqual([response, entries[0]?.["reason"]], [failed("m-1"), "ObjectUnwritable"])
        assert.deepStrictEqual([written(), metrics], [before, []])
        endFaults()
        assert.deepStrictEqual((yield* handle(exportRecord(1))).response, failed())
        assert.deepStrictEqual(written(), [...before, csv, manifest])
      })
  )

  it.effect.each([
    ["a roster that is not JSON", rosterKey(runDate), "{"],
    ["an enriched object about another movie", enrichedKey(runDate, idOf(2)), enrichedMovie(3)],
    ["a gap with an invalid field", gapKey(runDate, idOf(2)), gapOf(2, { attempts: 0 })]
  ] as const)("fails the run's messages and names the key of %s", ([, key, content]) =>
    Effect.gen(function* () {
      const { putRun, put, handle, written } = exportStage()
      putRun([1, 2], [1])
      put(key, content)
      const { response, entries } = yield* handle(exportRecord(1), exportRecord(2))
      assert.deepStrictEqual(response, failed("m-1", "m-2"))
      assert.deepStrictEqual([written(), entries[0]?.["reason"]], [[], "DocumentInvalid"])
      assert.include(String(entries[0]?.["detail"]), key)
    })
  )

  it.effect("exports a run again only when one of its objects has changed", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, written, textOf } = exportStage()
      putRun(ranksUpTo(3), [1, 2], [3])
      yield* handle(exportRecord(3))
      assert.deepStrictEqual((yield* handle(exportRecord(1), exportRecord(2))).response, failed())
      assert.deepStrictEqual(written(), [csv, manifest])
      put(enrichedKey(runDate, idOf(2)), newerMovie(2))
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(written(), [csv, manifest, csv, manifest])
      assert.include(textOf(csv), "2026-11-21T09:00:00.000Z")
    })
  )

  it.effect(
    "exports only the roster's movies, with the roster's ranks, when the date runs again with another list",
    () =>
      Effect.gen(function* () {
        const { putRun, put, handle, rows } = exportStage()
        putRun(ranksUpTo(3), ranksUpTo(3))
        yield* handle(exportRecord(3))
        const [first, second] = rosterOf([1, 2]).movies
        const movies = [
          { ...second, rank: 1 },
          { ...first, rank: 2 }
        ]
        put(rosterKey(runDate), { ...rosterOf([1, 2]), movies })
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
})
