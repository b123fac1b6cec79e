import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { enrichedMovie, gapOf, idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, exportRecord, exportStage, manifest } from "./exportStage.ts"

describe("ExportMoviesToCsv", () => {
  it.effect("writes the rows by rank, then the manifest, once every movie of the roster has an object", () =>
    Effect.gen(function* () {
      const { putRun, handle, bucket, written, rows, textOf } = exportStage()
      putRun([3, 1, 2], [2, 3, 1])
      yield* TestClock.setTime(Date.parse("2026-11-21T06:05:00Z"))
      assert.deepStrictEqual((yield* handle(exportRecord(2))).response, failed())
      assert.deepStrictEqual(written(), [csv, manifest])
      assert.deepStrictEqual(
        yield* rows,
        [1, 2, 3].map((rank) => toCsvRow(enrichedMovie(rank)))
      )
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
        completedAt: "2026-11-21T06:05:00.000Z"
      })
    })
  )

  it.effect("writes nothing while movies are pending, acknowledges the messages and logs the pending movies", () =>
    Effect.gen(function* () {
      const { putRun, handle, written } = exportStage()
      putRun(ranksUpTo(5), [1, 3], [4])
      const { response, entries } = yield* handle(exportRecord(1), exportRecord(3))
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual(written(), [])
      assert.deepInclude(entries[0], { message: "Run not complete", runDate, pending: 2, first: [idOf(2), idOf(5)] })
    })
  )

  it.effect("lists each gap in the manifest and leaves it out of the CSV", () =>
    Effect.gen(function* () {
      const { putRun, handle, exportedRanks, readManifest } = exportStage()
      putRun(ranksUpTo(3), [1, 3], [2])
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(yield* exportedRanks, [1, 3])
      const { total, enriched, gaps } = yield* readManifest
      assert.deepStrictEqual(
        [total, enriched, gaps],
        [3, 2, [{ imdbId: idOf(2), rank: 2, title: "Movie 2", reason: "MovieNotFound" }]]
      )
    })
  )

  it.effect("writes a CSV with a header and no rows for a run of gaps only", () =>
    Effect.gen(function* () {
      const { putRun, handle, textOf } = exportStage()
      putRun([1, 2], [], [1, 2])
      yield* handle(exportRecord(1))
      assert.match(textOf(csv), /^run_date,rank,imdb_id,title,year,[^\r\n]*\r\n$/)
    })
  )

  it.effect("records a completed run with its gaps and times once per export", () =>
    Effect.gen(function* () {
      const { putRun, handle, metrics } = exportStage()
      putRun(ranksUpTo(3), [1, 2])
      yield* handle(exportRecord(1))
      assert.deepStrictEqual(metrics, [])
      putRun(ranksUpTo(3), [], [3])
      yield* TestClock.setTime(Date.parse("2026-11-21T06:05:00Z"))
      yield* handle(exportRecord(3))
      yield* handle(exportRecord(3))
      const { createdAt } = rosterOf([1])
      assert.deepStrictEqual(metrics, [
        ["runCompleted", { gaps: 1, createdAt, completedAt: "2026-11-21T06:05:00.000Z" }]
      ])
    })
  )

  it.effect("exports each run of a batch once, however many of its messages are in the batch", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, written, callsOf } = exportStage()
      const before = RunDate.make("2026-11-20")
      putRun(ranksUpTo(9), ranksUpTo(9))
      put(rosterKey(before), rosterOf([1], before))
      put(gapKey(before, idOf(1)), gapOf(1, { runDate: before }))
      yield* handle(...ranksUpTo(9).map((rank) => exportRecord(rank)), exportRecord(1, before))
      assert.deepStrictEqual(
        written().filter((key) => key.endsWith("manifest.json")),
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

  it.effect("writes the CSV and the manifest again when the manifest could not be written", () =>
    Effect.gen(function* () {
      const { putRun, handle, faults, endFaults, written, metrics } = exportStage()
      putRun([1], [1])
      faults.fail("PutObject", (key) => key === manifest)
      assert.deepStrictEqual((yield* handle(exportRecord(1))).response, failed("m-1"))
      assert.deepStrictEqual(metrics, [])
      endFaults()
      assert.deepStrictEqual((yield* handle(exportRecord(1))).response, failed())
      assert.deepStrictEqual(written(), [csv, csv, manifest])
    })
  )

  it.effect("writes no manifest when the CSV could not be written", () =>
    Effect.gen(function* () {
      const { putRun, handle, faults, written } = exportStage()
      putRun([1], [1])
      faults.fail("PutObject", (key) => key === csv)
      const { response, entries } = yield* handle(exportRecord(1))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.deepStrictEqual([written(), entries[0]?.["reason"]], [[], "ObjectUnwritable"])
    })
  )

  it.effect.each([
    ["an enriched object that is not JSON", enrichedKey(runDate, idOf(2)), "{"],
    ["an enriched object with missing fields", enrichedKey(runDate, idOf(2)), { imdbId: idOf(2) }],
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

  it.effect("fails for a run without a roster and names the missing object", () =>
    Effect.gen(function* () {
      const { handle } = exportStage()
      const { response, entries } = yield* handle(exportRecord(1))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.deepInclude(entries[0], { reason: "ObjectMissing", runDate })
      assert.include(String(entries[0]?.["detail"]), rosterKey(runDate))
    })
  )
})
