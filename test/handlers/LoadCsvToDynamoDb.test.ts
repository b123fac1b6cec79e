import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { csvKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { enrichedMovie, idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, csvOf, loadStage, notification } from "./loadStage.ts"

const before = RunDate.make("2026-11-20")

describe("LoadCsvToDynamoDb", () => {
  it.effect("puts each row with the sequencer of its notification, and logs the number of rows", () =>
    Effect.gen(function* () {
      const { put, handle, items } = loadStage()
      put(csv, csvOf([1, 2]))
      const { response, entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual(
        items(),
        [1, 2].map((rank) => ({ ...toCsvRow(enrichedMovie(rank)), loadedFrom: comparableSequencer("0A1") }))
      )
      assert.deepInclude(entries[0], { message: "CSV loaded", runDate, rows: 2, newer: 0, deleted: 0 })
    })
  )

  it.effect("keeps rows of a newer CSV, logs their number and does not count them in the metric", () =>
    Effect.gen(function* () {
      const { put, handle, items, metrics } = loadStage()
      put(csv, csvOf([1, 2, 3]))
      yield* handle(notification("0A2"))
      const loaded = items()
      const { entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(items(), loaded)
      assert.deepInclude(entries.at(-1), { message: "CSV loaded", rows: 3, newer: 3 })
      assert.deepStrictEqual(metrics, [
        ["rowsLoaded", 3],
        ["rowsLoaded", 0]
      ])
    })
  )

  it.effect("deletes the date's rows that are not in the CSV any more, and no other date's", () =>
    Effect.gen(function* () {
      const { put, handle, ranks } = loadStage()
      put(csvKey(before), csvOf(ranksUpTo(10), before))
      put(csv, csvOf(ranksUpTo(10)))
      yield* handle(notification("0A1", { key: csvKey(before) }), notification("0A2"))
      put(csv, csvOf(ranksUpTo(5)))
      yield* handle(notification("0A3"))
      assert.deepStrictEqual([ranks(), ranks(before)], [ranksUpTo(5), ranksUpTo(10)])
      put(csv, csvOf([]))
      yield* handle(notification("0A4"))
      assert.deepStrictEqual([ranks(), ranks(before)], [[], ranksUpTo(10)])
    })
  )

  it.effect("loads every object of a notification", () =>
    Effect.gen(function* () {
      const { put, handle, ranks } = loadStage()
      put(csv, csvOf([1]))
      put(csvKey(before), csvOf([2], before))
      const Records = [...notification("0A1").Records, ...notification("0A2", { key: csvKey(before) }).Records]
      yield* handle({ Records })
      assert.deepStrictEqual([ranks(), ranks(before)], [[1], [2]])
    })
  )

  it.effect("fails only the messages of a batch that are not notifications", () =>
    Effect.gen(function* () {
      const { put, handle, ranks } = loadStage()
      put(csv, csvOf([1]))
      const { response, entries } = yield* handle("not JSON", notification("0A1"), {})
      assert.deepStrictEqual(response, failed("m-1", "m-3"))
      assert.strictEqual(entries[0]?.["reason"], "InvalidInput")
      assert.deepStrictEqual(ranks(), [1])
    })
  )

  it.effect("acknowledges the test event that S3 sends when the notification is set up", () =>
    Effect.gen(function* () {
      const { handle, faults } = loadStage()
      assert.deepStrictEqual((yield* handle({ Service: "Amazon S3", Event: "s3:TestEvent" })).response, failed())
      assert.deepStrictEqual(faults.calls, [])
    })
  )

  it.effect("fails the message when a row cannot be put, and puts all rows when the message comes again", () =>
    Effect.gen(function* () {
      const { put, handle, faults, endFaults, ranks } = loadStage()
      put(csv, csvOf(ranksUpTo(20)))
      faults.fail("PutItem", (imdbId) => imdbId === idOf(13))
      const { response, entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.strictEqual(entries[0]?.["reason"], "TableUnavailable")
      endFaults()
      assert.deepStrictEqual((yield* handle(notification("0A1"))).response, failed())
      assert.deepStrictEqual(ranks(), ranksUpTo(20))
    })
  )

  it.effect("puts the rows of 250 movies eight at a time", () =>
    Effect.gen(function* () {
      const { put, handle, faults, ranks } = loadStage()
      put(csv, csvOf(ranksUpTo(250)))
      yield* handle(notification("0A1"))
      assert.strictEqual(faults.maxConcurrency.get("PutItem"), 8)
      assert.strictEqual(ranks().length, 250)
    })
  )

  const ten = csvOf(ranksUpTo(10))
  const anotherDate = csvOf([2], before).replace(/^.*\r\n/, "")
  it.effect.each([
    ["an invalid cell in row 7", ten.replace("2026-11-21,7,", "2026-11-21,seventh,"), "CsvInvalid", "line 8"],
    ["one movie twice", ten.replace("tt0000004", "tt0000002"), "CsvInvalid", "line 5, column imdb_id: tt0000002"],
    ["a row of another date", csvOf([1]) + anotherDate, "CsvInvalid", "line 3, column run_date: 2026-11-20"],
    ["more than 5 MB", ten + " ".repeat(5_000_000), "ObjectTooLarge", csv],
    ["no object", undefined, "ObjectMissing", csv]
  ] as const)("puts nothing and fails the message for a CSV with %s", ([, text, reason, detail]) =>
    Effect.gen(function* () {
      const { put, handle, callsOf } = loadStage()
      if (text !== undefined) put(csv, text)
      const { response, entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.deepStrictEqual(callsOf("PutItem"), [])
      assert.deepInclude(entries[0], { reason, keys: [csv] })
      assert.include(String(entries[0]?.["detail"]), detail)
    })
  )

  it.effect.each([
    ["an object that is not a run's CSV", { key: "csv/run_date=2026-11-21/other.csv" }],
    ["an object in another bucket", { bucket: "other-bucket" }]
  ] as const)("reads nothing and fails the message for %s", ([, object]) =>
    Effect.gen(function* () {
      const { handle, faults } = loadStage()
      const { response, entries } = yield* handle(notification("0A1", object))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.deepStrictEqual([entries[0]?.["reason"], faults.calls], ["UnexpectedObject", []])
    })
  )
})
