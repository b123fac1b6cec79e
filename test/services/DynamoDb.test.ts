import { PutItemCommand } from "@aws-sdk/client-dynamodb"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { csvRow } from "../../domain/CsvRow.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { comparableSequencer, type TableItem } from "../../domain/TableItem.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { cloudTable, table } from "../support/cloudTable.ts"
import { enrichedMovie, idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"

const [older, newer] = [comparableSequencer("0A1"), comparableSequencer("0A12")]
const item = (rank: number, loadedFrom: string, others: Partial<TableItem> = {}): TableItem => ({
  ...csvRow(enrichedMovie(rank)),
  loadedFrom,
  ...others
})

describe("DynamoDb, asked on dynalite", () => {
  it.live("keeps an item in DynamoDB's own kinds: texts, numbers, lists, and absent where it has nothing", () =>
    Effect.gen(function* () {
      const { items } = yield* cloudTable
      const { putUnlessNewer } = yield* DynamoDb
      yield* putUnlessNewer(table, item(1, newer, { title: "Léon 🎬", imdbRating: 8.5, boxOfficeUsd: 19501238 }))
      assert.deepStrictEqual(yield* items, [
        {
          runDate: { S: "2026-11-21" },
          rank: { N: "1" },
          imdbId: { S: "tt0000001" },
          title: { S: "Léon 🎬" },
          omdbTitle: { S: "Movie 1" },
          genres: { L: [{ S: "Drama" }, { S: "Crime" }] },
          imdbRating: { N: "8.5" },
          boxOfficeUsd: { N: "19501238" },
          enrichedAt: { S: "2026-11-21T06:01:00.000Z" },
          loadedFrom: { S: newer }
        }
      ])
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("puts a newer item in an older one's place, an equal one too, and no older one", () =>
    Effect.gen(function* () {
      const { items } = yield* cloudTable
      const { putUnlessNewer } = yield* DynamoDb
      const outcomes = [
        yield* putUnlessNewer(table, item(1, older, { title: "first" })),
        yield* putUnlessNewer(table, item(1, newer, { title: "second" })),
        yield* putUnlessNewer(table, item(1, newer, { title: "third" })),
        yield* putUnlessNewer(table, item(1, older, { title: "fourth" }))
      ]
      assert.deepStrictEqual(outcomes, ["written", "written", "written", "newerExists"])
      assert.deepStrictEqual(
        (yield* items).map(({ title }) => title),
        [{ S: "third" }]
      )
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("deletes an item that is older or as old, never a newer one, and does not mind one that is not there", () =>
    Effect.gen(function* () {
      const { items } = yield* cloudTable
      const { putUnlessNewer, deleteUnlessNewer } = yield* DynamoDb
      yield* putUnlessNewer(table, item(1, older))
      yield* putUnlessNewer(table, item(2, newer))
      yield* putUnlessNewer(table, item(3, newer))
      const outcomes = [
        yield* deleteUnlessNewer(table, { imdbId: idOf(1), runDate }, newer),
        yield* deleteUnlessNewer(table, { imdbId: idOf(2), runDate }, older),
        yield* deleteUnlessNewer(table, { imdbId: idOf(3), runDate }, newer),
        yield* deleteUnlessNewer(table, { imdbId: idOf(4), runDate }, newer)
      ]
      assert.deepStrictEqual(outcomes, ["deleted", "newerExists", "deleted", "deleted"])
      assert.deepStrictEqual(
        (yield* items).map(({ imdbId }) => imdbId?.S),
        [idOf(2)]
      )
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("takes an item put by hand, which tells of no load, for the oldest", () =>
    Effect.gen(function* () {
      const { dynamoDb, items } = yield* cloudTable
      const { putUnlessNewer } = yield* DynamoDb
      const byHand = { imdbId: { S: idOf(1) }, runDate: { S: runDate }, rank: { N: "1" } }
      yield* Effect.promise(() => dynamoDb.send(new PutItemCommand({ TableName: table, Item: byHand })))
      assert.strictEqual(yield* putUnlessNewer(table, item(1, older)), "written")
      assert.strictEqual((yield* items)[0]?.["loadedFrom"]?.S, older)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("tells the ids of one day alone, over all pages of the index", () =>
    Effect.gen(function* () {
      yield* cloudTable
      const { putUnlessNewer, idsOfDay } = yield* DynamoDb
      // DynamoDB answers in pages of a megabyte.
      const plot = "x".repeat(10_000)
      const day = ranksUpTo(150).map((rank) => item(rank, newer, { plot, awards: plot }))
      yield* Effect.forEach(day, (each) => putUnlessNewer(table, each), { concurrency: 8 })
      yield* putUnlessNewer(table, item(151, newer, { runDate: RunDate.make("2026-11-20") }))
      assert.deepStrictEqual(
        yield* idsOfDay(table, runDate),
        ranksUpTo(150).map((rank) => idOf(rank))
      )
      assert.deepStrictEqual(yield* idsOfDay(table, RunDate.make("2026-11-19")), [])
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.live("names the table that is not there", () =>
    Effect.gen(function* () {
      yield* cloudTable
      const error = yield* Effect.flip(DynamoDb.use(({ putUnlessNewer }) => putUnlessNewer("nowhere", item(1, newer))))
      assert.strictEqual(error._tag, "TableUnavailable")
      assert.match(error.message, /^The table nowhere cannot be used: ResourceNotFoundException: /)
    }).pipe(Effect.provide(DynamoDb.layer))
  )
})
