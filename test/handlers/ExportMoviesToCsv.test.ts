import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { enrichedKey, gapKey, manifestKey, rosterKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { enrichedMovie, gapOf, idOf, ranksUpTo, rosterCreatedAt, rosterOf, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, exportRecord, exportStage, manifest, requestRecord } from "./stages.ts"

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
        rosterCreatedAt,
        complete: true,
        total: 3,
        enriched: 3,
        gaps: [],
        pending: [],
        unreadable: [],
        csvKey: csv,
        sha256: createHash("sha256").update(textOf(csv)).digest("hex"),
        madeOf: [1, 2, 3].map((rank) => {
          const key = enrichedKey(runDate, idOf(rank))
          return { key, etag: bucket.get(key)?.etag }
        }),
        completedAt
      })
      assert.deepStrictEqual(metrics, [
        ["runPublished", { rosterCreatedAt, completedAt, enriched: 3, total: 3 }],
        ["runCompleted"]
      ])
    })
  )

  it.effect("writes nothing while movies are pending, acknowledges the messages and logs how many", () =>
    Effect.gen(function* () {
      const { putRun, handle, written, metrics } = exportStage()
      putRun(ranksUpTo(5), [1, 3], [4])
      const { response, entries } = yield* handle(exportRecord(1), exportRecord(3))
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual([written(), metrics], [[], []])
      assert.deepInclude(entries[0], { message: "Run not complete", runDate, pending: 2 })
    })
  )

  it.effect("lists each gap in the manifest and leaves it out of the CSV; a run with gaps is not complete", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, exportedRanks, readManifest, metrics } = exportStage()
      putRun(ranksUpTo(4), [1, 3], [2])
      const nextAttemptAt = "2026-11-21T07:00:00.000Z"
      put(gapKey(runDate, idOf(4)), gapOf(4, { reason: "OmdbUnavailable", nextAttemptAt }))
      yield* handle(exportRecord(2))
      assert.deepStrictEqual(yield* exportedRanks, [1, 3])
      const { total, enriched, gaps, complete } = yield* readManifest
      assert.deepStrictEqual(gaps, [
        { imdbId: idOf(2), rank: 2, title: "Movie 2", reason: "MovieNotFound" },
        { imdbId: idOf(4), rank: 4, title: "Movie 4", reason: "OmdbUnavailable", nextAttemptAt }
      ])
      assert.deepStrictEqual([total, enriched, complete], [4, 2, false])
      assert.deepStrictEqual(
        metrics.map(([name]) => name),
        ["runPublished"]
      )
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
    "fails when %s cannot be written, and writes what is missing on the next receive",
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
        assert.deepStrictEqual(written(), [csv, manifest])
      })
  )

  it.effect.each([
    ["there is none", undefined, "ObjectMissing"],
    ["it is not JSON", "{", "DocumentInvalid"]
  ] as const)("fails the run's messages and names the key of the roster when %s", ([, roster, reason]) =>
    Effect.gen(function* () {
      const { put, handle, written } = exportStage()
      if (roster !== undefined) put(rosterKey(runDate), roster)
      const { response, entries } = yield* handle(exportRecord(1), exportRecord(2))
      assert.deepStrictEqual(response, failed("m-1", "m-2"))
      assert.deepStrictEqual([written(), entries[0]?.["reason"]], [[], reason])
      assert.include(String(entries[0]?.["detail"]), rosterKey(runDate))
    })
  )

  it.effect.each([
    ["an enriched object about another movie", enrichedKey(runDate, idOf(2)), enrichedMovie(3)],
    ["an enriched object that is not JSON", enrichedKey(runDate, idOf(2)), "{"],
    ["a gap with an invalid field", gapKey(runDate, idOf(2)), gapOf(2, { attempts: 0 })]
  ] as const)("exports the run without %s, names it as pending with the reason, and acknowledges", ([, key, content]) =>
    Effect.gen(function* () {
      const { putRun, put, handle, exportedRanks, readManifest, written } = exportStage()
      putRun([1, 2], [1])
      put(key, content)
      assert.deepStrictEqual((yield* handle(exportRecord(1), exportRecord(2))).response, failed())
      assert.deepStrictEqual(yield* exportedRanks, [1])
      const { pending, unreadable, complete } = yield* readManifest
      assert.deepStrictEqual([pending, complete], [[idOf(2)], false])
      assert.deepInclude(unreadable[0], { imdbId: idOf(2), reason: "DocumentInvalid" })
      assert.include(unreadable[0]?.detail, key)
      yield* handle(requestRecord)
      assert.deepStrictEqual(written(), [csv, manifest])
    })
  )

  it.effect("exports nothing while S3 cannot read an object, and fails the messages", () =>
    Effect.gen(function* () {
      const { putRun, handle, faults, endFaults, written, exportedRanks } = exportStage()
      putRun([1, 2], [1, 2])
      faults.fail("GetObject", (key) => key === enrichedKey(runDate, idOf(2)))
      const { response, entries } = yield* handle(exportRecord(1), exportRecord(2))
      assert.deepStrictEqual([response, written()], [failed("m-1", "m-2"), []])
      assert.strictEqual(entries.at(-1)?.["reason"], "EarlierMessageFailed")
      endFaults()
      yield* handle(exportRecord(1))
      assert.deepStrictEqual(yield* exportedRanks, [1, 2])
    })
  )

  it.effect("exports a run again only when one of its objects has changed", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, written, textOf } = exportStage()
      putRun(ranksUpTo(3), [1, 2], [3])
      yield* handle(exportRecord(3))
      assert.deepStrictEqual((yield* handle(exportRecord(1), requestRecord, exportRecord(2))).response, failed())
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
        put(rosterKey(runDate), { ...rosterOf([1, 2]), createdAt: "2026-11-21T08:00:00.000Z", movies })
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

describe("ExportMoviesToCsv of an export request", () => {
  it.effect("exports what is there, and names the movies without an object as pending", () =>
    Effect.gen(function* () {
      const { putRun, handle, exportedRanks, readManifest, metrics } = exportStage()
      putRun(ranksUpTo(5), [1, 3], [4])
      assert.deepStrictEqual((yield* handle(requestRecord)).response, failed())
      assert.deepStrictEqual(yield* exportedRanks, [1, 3])
      const { pending, gaps, enriched, complete, total } = yield* readManifest
      assert.deepStrictEqual([pending, gaps.length, enriched, total, complete], [[idOf(2), idOf(5)], 1, 2, 5, false])
      assert.deepStrictEqual(
        metrics.map(([name]) => name),
        ["runPublished"]
      )
    })
  )

  it.effect("exports for any message after the deadline, since the request can wait behind a failed message", () =>
    Effect.gen(function* () {
      const { putRun, handle, readManifest } = exportStage()
      putRun([1, 2], [1])
      yield* TestClock.setTime(Date.parse(rosterCreatedAt) + 15.01 * 60_000)
      yield* handle(exportRecord(1))
      assert.deepStrictEqual((yield* readManifest).pending, [idOf(2)])
    })
  )

  it.effect("writes the header only, and the manifest, when no movie is enriched", () =>
    Effect.gen(function* () {
      const { putRun, handle, rows, readManifest } = exportStage()
      putRun([1, 2])
      yield* handle(requestRecord)
      assert.deepStrictEqual([yield* rows, (yield* readManifest).pending], [[], [idOf(1), idOf(2)]])
    })
  )

  it.effect("has no effect for a date without a roster", () =>
    Effect.gen(function* () {
      const { handle, keysPut } = exportStage()
      const { response, entries } = yield* handle(requestRecord)
      assert.deepStrictEqual([response, keysPut()], [failed(), []])
      assert.deepInclude(entries[0], { message: "Run has no roster", runDate })
    })
  )

  it.effect("exports the run without an object that S3 cannot read, once, and fails until it is read", () =>
    Effect.gen(function* () {
      const { putRun, handle, faults, endFaults, exportedRanks, readManifest, written } = exportStage()
      putRun([1, 2], [1, 2])
      const key = enrichedKey(runDate, idOf(2))
      faults.fail("GetObject", (resource) => resource === key)
      assert.deepStrictEqual((yield* handle(requestRecord)).response, failed("request"))
      assert.deepStrictEqual(yield* exportedRanks, [1])
      assert.deepInclude((yield* readManifest).unreadable[0], { imdbId: idOf(2), reason: "ObjectUnreadable" })
      yield* handle(requestRecord)
      assert.deepStrictEqual(written(), [csv, manifest])
      endFaults()
      assert.deepStrictEqual((yield* handle(requestRecord)).response, failed())
      assert.deepStrictEqual([yield* exportedRanks, (yield* readManifest).pending], [[1, 2], []])
    })
  )
})

describe("ExportMoviesToCsv of a published run", () => {
  it.effect("keeps the row of a movie whose object S3 cannot read any more, and fails until it is read", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, faults, endFaults, exportedRanks, readManifest, metrics } = exportStage()
      putRun([1, 2], [1, 2])
      yield* handle(requestRecord)
      put(enrichedKey(runDate, idOf(1)), newerMovie(1))
      faults.fail("GetObject", (resource) => resource === enrichedKey(runDate, idOf(2)))
      assert.deepStrictEqual((yield* handle(requestRecord)).response, failed("request"))
      assert.deepStrictEqual([yield* exportedRanks, (yield* readManifest).complete], [[1, 2], true])
      endFaults()
      yield* handle(requestRecord)
      assert.deepStrictEqual(
        metrics.map(([name]) => name),
        ["runPublished", "runCompleted"]
      )
    })
  )
})

describe("ExportMoviesToCsv after a rerun of the date", () => {
  const later = "2026-11-21T09:00:00.000Z"
  const rerun = (ranks: ReadonlyArray<number>) => ({ ...rosterOf(ranks), createdAt: later })

  it.effect("waits for the movies whose gap is from before the roster, and counts enriched objects", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, written, readManifest } = exportStage()
      putRun([1, 2], [1], [2])
      yield* handle(exportRecord(2))
      put(rosterKey(runDate), rerun([1, 2]))
      yield* handle(exportRecord(1))
      assert.deepStrictEqual(written(), [csv, manifest])
      put(gapKey(runDate, idOf(2)), gapOf(2, { at: later }), Date.parse(later))
      yield* handle(exportRecord(2))
      assert.deepStrictEqual([(yield* readManifest).rosterCreatedAt, written()], [later, [csv, manifest, manifest]])
    })
  )

  it.effect("counts each roster as published once, and as completed once", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, metrics } = exportStage()
      putRun([1, 2], [1])
      yield* handle(requestRecord)
      put(enrichedKey(runDate, idOf(2)), enrichedMovie(2))
      yield* handle(exportRecord(2))
      put(enrichedKey(runDate, idOf(2)), newerMovie(2))
      yield* handle(exportRecord(2))
      put(rosterKey(runDate), rerun([1, 2]))
      yield* handle(exportRecord(1), exportRecord(2))
      assert.deepStrictEqual(
        metrics.map(([name]) => name),
        ["runPublished", "runCompleted", "runPublished", "runCompleted"]
      )
    })
  )

  it.effect("writes the CSV again when an export that ended before its manifest had written another one", () =>
    Effect.gen(function* () {
      const { putRun, put, handle, faults, endFaults, exportedRanks, textOf } = exportStage()
      putRun([1], [1])
      yield* handle(exportRecord(1))
      const first = textOf(csv)
      put(enrichedKey(runDate, idOf(1)), newerMovie(1))
      faults.fail("PutObject", (key) => key === manifest)
      yield* handle(exportRecord(1))
      assert.notStrictEqual(textOf(csv), first)
      endFaults()
      put(enrichedKey(runDate, idOf(1)), enrichedMovie(1))
      put(rosterKey(runDate), rerun([1]))
      yield* handle(exportRecord(1))
      assert.deepStrictEqual([textOf(csv), yield* exportedRanks], [first, [1]])
    })
  )
})
