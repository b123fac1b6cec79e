import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { csvKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { enrichedMovie, idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { failed } from "../support/sqsEvents.ts"
import { csv, csvOf, loadStage, notification } from "./stages.ts"

const before = RunDate.make("2026-11-20")

describe("LoadCsvToDynamoDb", () => {
  it.effect("puts each row with the sequencer of its notification, and logs the number of rows", () =>
    Effect.gen(function* () {
      const { put, handle, items, metrics } = loadStage()
      put(csv, csvOf([1, 2]))
      const { response, entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual(
        items(),
        [1, 2].map((rank) => ({ ...toCsvRow(enrichedMovie(rank)), loadedFrom: comparableSequencer("0A1") }))
      )
      assert.deepInclude(entries[0], { message: "CSV loaded", runDate, rows: 2, newer: 0, deleted: 0 })
      assert.deepStrictEqual(metrics, [["rowsLoaded", 2]])
    })
  )

  it.effect("keeps the rows of a newer CSV, logs their number and does not count them in the metric", () =>
    Effect.gen(function* () {
      const { put, handle, items, metrics } = loadStage()
      put(csv, csvOf([1, 2, 3]))
      yield* handle(notification("0A2"), notification("0A2"))
      const loaded = items()
      // Movie 3 is not in this CSV.
      put(csv, csvOf([1, 2]))
      const { entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(items(), loaded)
      assert.deepInclude(entries.at(-1), { message: "CSV loaded", rows: 2, newer: 2, deleted: 0 })
      assert.deepStrictEqual(metrics.at(-1), ["rowsLoaded", 0])
    })
  )

  it.effect("loads a changed CSV whose notification has the same sequencer, as those of some emulators", () =>
    Effect.gen(function* () {
      const { put, handle, titles } = loadStage()
      for (const title of ["Movie", "Film"]) {
        put(csv, csvOf([1, 2], runDate, title))
        yield* handle(notification("0055AED6DCD90281E5"))
      }
      assert.deepStrictEqual(titles(), ["Film 1", "Film 2"])
    })
  )

  it.effect("deletes the date's rows that are not in the CSV any more, and no other date's", () =>
    Effect.gen(function* () {
      const { put, handle, ranks } = loadStage()
      put(csvKey(before), csvOf(ranksUpTo(10), before))
      put(csv, csvOf(ranksUpTo(10)))
      const Records = [...notification("0A1", { key: csvKey(before) }).Records, ...notification("0A2").Records]
      yield* handle({ Records })
      put(csv, csvOf(ranksUpTo(5)))
      yield* handle(notification("0A3"))
      assert.deepStrictEqual([ranks(), ranks(before)], [ranksUpTo(5), ranksUpTo(10)])
      put(csv, csvOf([]))
      yield* handle(notification("0A4"))
      assert.deepStrictEqual([ranks(), ranks(before)], [[], ranksUpTo(10)])
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

  it.effect("stores the other rows when DynamoDB refuses some, deletes old ones, and fails with the refused ids", () =>
    Effect.gen(function* () {
      const { put, handle, faults, ranks, metrics } = loadStage()
      put(csv, csvOf([9]))
      yield* handle(notification("0A1"))
      put(csv, csvOf(ranksUpTo(5)))
      const detail = "ValidationException: Number underflow."
      faults.fail("PutItem", (imdbId) => [idOf(2), idOf(4)].includes(idOf(Number(imdbId.slice(2)))), detail)
      const { response, entries } = yield* handle(notification("0A2"))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.deepStrictEqual(ranks(), [1, 3, 5])
      assert.deepStrictEqual(metrics.at(-1), ["rowsLoaded", 3])
      assert.deepInclude(entries.at(-1), {
        reason: "RowsRefused",
        detail: `The table movies-table refuses the rows of tt0000002, tt0000004: ${detail}`
      })
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
    ["an invalid cell in row 7", ten.replace("2026-11-21,7,", "2026-11-21,seventh,"), "line 8"],
    ["one movie twice", ten.replace("tt0000004", "tt0000002"), "line 5, column imdb_id: tt0000002"],
    ["a row of another date", csvOf([1]) + anotherDate, "line 3, column run_date: 2026-11-20"]
  ] as const)("puts nothing and fails the message for a CSV with %s", ([, text, detail]) =>
    Effect.gen(function* () {
      const { put, handle, callsOf } = loadStage()
      put(csv, text)
      const { response, entries } = yield* handle(notification("0A1"))
      assert.deepStrictEqual(response, failed("m-1"))
      assert.deepStrictEqual(callsOf("PutItem"), [])
      assert.deepInclude(entries[0], { reason: "CsvInvalid", keys: [csv] })
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

  it.effect("does not put back a row that a newer load deleted while this load was writing", () =>
    Effect.gen(function* () {
      const { put, handle, titles, items, faults, endFaults } = loadStage()
      put(csv, csvOf(ranksUpTo(10)))
      // Before the last row is put, a newer CSV without it is written, and another invocation loads that CSV.
      faults.beforeCall = ({ operation, resource }) => {
        if (operation !== "PutItem" || resource !== idOf(10)) return Effect.void
        endFaults()
        put(csv, csvOf(ranksUpTo(5), runDate, "Newer"))
        return handle(notification("0A2")).pipe(Effect.orDie)
      }
      // The index does not list the row that was put last.
      faults.indexLag = () => Number.POSITIVE_INFINITY
      assert.deepStrictEqual((yield* handle(notification("0A1"))).response, failed())
      assert.deepStrictEqual(
        titles(),
        ranksUpTo(5).map((rank) => `Newer ${rank}`)
      )
      assert.isTrue(items().every(({ loadedFrom }) => loadedFrom === comparableSequencer("0A2")))
    })
  )

  const Ranks = Schema.Array(Schema.Literals([1, 2, 3, 4, 5])).pipe(Schema.check(Schema.isUnique()))
  const Moment = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 60 }))
  it.effect.prop(
    "ends with the newest version when it is written and loaded at any moment of another load",
    [Ranks, Ranks, Moment, Schema.Array(Moment)],
    ([older, newest, moment, delays]) =>
      Effect.gen(function* () {
        const { put, handle, titles, faults } = loadStage()
        const pauses = [...delays]
        faults.beforeCall = ({ operation }) =>
          operation === "PutItem" ? Effect.repeat(Effect.yieldNow, { times: pauses.shift() ?? 0 }) : Effect.void
        put(csv, csvOf(older, runDate, "Older"))
        const first = yield* Effect.forkChild(handle(notification("0A1")))
        yield* Effect.repeat(Effect.yieldNow, { times: moment })
        put(csv, csvOf(newest, runDate, "Newest"))
        assert.deepStrictEqual((yield* handle(notification("0A2"))).response, failed())
        assert.deepStrictEqual((yield* Fiber.join(first)).response, failed())
        assert.deepStrictEqual(
          titles(),
          newest.toSorted().map((rank) => `Newest ${rank}`)
        )
      })
  )
})
