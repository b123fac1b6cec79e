import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { csvKey } from "../../domain/keys.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { captureLogs } from "../support/captureLogs.ts"
import { ranksUpTo, runDate } from "../support/exampleRun.ts"
import { FakeBucket } from "../support/FakeBucket.ts"
import { FakeDynamoDb } from "../support/FakeDynamoDb.ts"
import { failed } from "../support/sqsEvents.ts"
import { arrival, csvOf, loading } from "./loading.ts"

const csv = csvKey(runDate)

/** Loads the one object; gives what was logged of the failure, which must have left the table as it was. */
const refusalOf = (body: unknown, object?: { readonly key: string; readonly text: string }) =>
  Effect.gen(function* () {
    const [bucket, table] = [new FakeBucket(), new FakeDynamoDb()]
    if (object !== undefined) bucket.put(object.key, object.text)
    const { result, entries } = yield* captureLogs(loading(bucket, table, body))
    assert.deepStrictEqual(yield* result, failed("m-1"))
    assert.deepStrictEqual(table.puts, [])
    const { reason, detail, keys } = entries[0] ?? {}
    return { reason, detail: String(detail), keys, reads: bucket.reads }
  })

const ten = csvOf(ranksUpTo(10))

describe("LoadCsvToDynamoDb writes nothing, and fails the message,", () => {
  it.effect.each([
    ["a bad number", ten.replace("2026-11-21,7,", "2026-11-21,seventh,"), "line 8, column rank: "],
    ["a bad id", ten.replace("tt0000010", "0000010"), "line 11, column imdb_id: "],
    ["a missing column", ten.replace("rank,", "place,"), "line 1: the header has no rank"],
    ["an open quote", ten.replace(",Movie 9,", ',"Movie 9,'), "line 10, column title: "],
    ["a movie twice", ten.replace("tt0000004", "tt0000002"), "line 5, column imdb_id: tt0000002 is already on line 3"],
    [
      "a row of another day",
      csvOf([1]) + csvOf([2], RunDate.make("2026-11-20")).replace(/^.*\r\n/, ""),
      "line 3, column run_date: 2026-11-20 in the CSV of 2026-11-21"
    ],
    ["nothing in it", "", "line 1: the header has no run_date, "]
  ] as const)("for a CSV with %s, and names line and column", ([, text, words]) =>
    Effect.gen(function* () {
      const { reason, detail, keys } = yield* refusalOf(arrival("0A1"), { key: csv, text })
      assert.deepStrictEqual([reason, keys], ["CsvInvalid", [csv]])
      assert.include(detail, words)
    })
  )

  it.effect.each([
    "csv/run_date=2026-11-21/movies.csv.csv",
    "csv/run_date=2026-11-21/other.csv",
    "csv/run_date=2026-02-30/movies.csv",
    "csv/run_date=2026-11-21 /movies.csv",
    "csv/run_date=2026-11-21/../movies.csv",
    "csv/x/run_date=2026-11-21/movies.csv",
    "csv/movies.csv",
    "CSV/run_date=2026-11-21/movies.csv"
  ])("for the key %s, which is not a run's", (key) =>
    Effect.gen(function* () {
      const { reason, detail, reads } = yield* refusalOf(arrival("0A1", { key }), { key, text: ten })
      assert.deepStrictEqual([reason, reads], ["UnexpectedObject", []])
      assert.include(detail, key)
    })
  )

  it.effect("for an arrival in another bucket", () =>
    Effect.gen(function* () {
      const { reason, detail } = yield* refusalOf(arrival("0A1", { bucket: "elsewhere" }), { key: csv, text: ten })
      assert.strictEqual(reason, "UnexpectedObject")
      assert.include(detail, "s3://elsewhere/csv/")
    })
  )

  it.effect("for an object that is not there", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refusalOf(arrival("0A1"))).reason, "ObjectMissing")
    })
  )

  it.effect("for an object of more than 5 MB", () =>
    Effect.gen(function* () {
      const { reason } = yield* refusalOf(arrival("0A1"), { key: csv, text: ten + " ".repeat(5_000_000) })
      assert.strictEqual(reason, "ObjectTooLarge")
    })
  )

  const [record] = arrival("0A1").Records
  const withObject = (object: Record<string, unknown>) => ({
    Records: [{ ...record, s3: { ...record?.s3, object: { ...record?.s3.object, ...object } } }]
  })
  it.effect.each([
    ["no JSON", "csv"],
    ["no event", { Records: [] }],
    ["the removal of an object", { Records: [{ ...record, eventName: "ObjectRemoved:Delete" }] }],
    ["an arrival without a sequencer", withObject({ sequencer: undefined })],
    ["a sequencer that is no number", withObject({ sequencer: "newest" })],
    ["a key that is no URL encoding", withObject({ key: "csv/run_date%3D2026-11-21%/movies.csv" })]
  ] as const)("for a message with %s", ([, body]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refusalOf(body, { key: csv, text: ten })).reason, "InvalidInput")
    })
  )
})
