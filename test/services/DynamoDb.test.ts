import { CreateTableCommand, DeleteTableCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { EnrichedMovie } from "../../domain/MovieOutcome.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { comparableSequencer, type TableItem } from "../../domain/TableItem.ts"
import { type Cloud, startCloud } from "../../local/cloud/startCloud.ts"
import { AwsClientSettings } from "../../services/AwsClient.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { formatCsv } from "../../services/csv/writer.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { enrichedMovie, idOf, ranksUpTo, runDate } from "../support/exampleRun.ts"
import { fakeAws, fastForward, jsonError, jsonReply, type Reply } from "../support/FakeAws.ts"
import { moviesTableDefinition } from "../support/moviesTable.ts"

const [older, newer] = [comparableSequencer("0A1"), comparableSequencer("0A12")]
const item = (rank: number, loadedFrom: string, others: Partial<TableItem> = {}): TableItem => ({
  ...toCsvRow(enrichedMovie(rank)),
  loadedFrom,
  ...others
})

describe("DynamoDb on dynalite", () => {
  const table = "movies-table"
  let cloud: Cloud
  let layer: Layer.Layer<DynamoDb>
  beforeAll(async () => {
    cloud = await startCloud({ region: "eu-central-1" })
    const { endpoint, region, admin: credentials } = cloud
    layer = Layer.provide(DynamoDb.layer, Layer.succeed(AwsClientSettings, { endpoint, region, credentials }))
  })
  beforeEach(() => cloud.clients.dynamoDb.send(new CreateTableCommand({ TableName: table, ...moviesTableDefinition })))
  afterEach(() => cloud.clients.dynamoDb.send(new DeleteTableCommand({ TableName: table })))
  afterAll(() => cloud.stop())

  const items = Effect.promise(
    async () => (await cloud.clients.dynamoDb.send(new ScanCommand({ TableName: table }))).Items ?? []
  )

  it.live("stores texts, numbers and lists as attributes of those types, and no attribute for an absent value", () =>
    Effect.gen(function* () {
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
    }).pipe(Effect.provide(layer))
  )

  const Digits = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 999_999_999_999_999 }))
  const Hundredths = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000 }))
  it.effect.prop(
    "stores any number as it is in the movie's JSON and in the CSV",
    [Digits, Digits, Hundredths, Hundredths],
    ([votes, usd, rating, score]) =>
      Effect.gen(function* () {
        const { putUnlessNewer } = yield* DynamoDb
        const numbers = { imdbRating: rating / 100, imdbVotes: votes, metascore: score / 10, boxOfficeUsd: usd }
        const json = Schema.fromJsonString(EnrichedMovie)
        const written = enrichedMovie(1, { omdb: { ...enrichedMovie(1).omdb, ...numbers } })
        const movie = yield* Schema.decodeEffect(json)(yield* Schema.encodeEffect(json)(written))
        const [line] = yield* parseCsv(formatCsv([toCsvRow(movie)]))
        yield* putUnlessNewer(table, { ...(line?.row ?? toCsvRow(movie)), loadedFrom: newer })
        assert.deepInclude(line?.row, numbers)
        const stored = (yield* items)[0] ?? {}
        assert.deepStrictEqual(
          Record.map(numbers, (_, field) => Number(stored[field]?.N)),
          numbers
        )
      }).pipe(Effect.provide(layer))
  )

  it.live("replaces an item with an older or equal sequencer, and keeps one with a newer sequencer", () =>
    Effect.gen(function* () {
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
    }).pipe(Effect.provide(layer))
  )

  it.live("replaces an item without a sequencer", () =>
    Effect.gen(function* () {
      const { putUnlessNewer } = yield* DynamoDb
      const putByHand = { imdbId: { S: idOf(1) }, runDate: { S: runDate }, rank: { N: "1" } }
      yield* Effect.promise(() =>
        cloud.clients.dynamoDb.send(new PutItemCommand({ TableName: table, Item: putByHand }))
      )
      assert.strictEqual(yield* putUnlessNewer(table, item(1, older)), "written")
      assert.strictEqual((yield* items)[0]?.["loadedFrom"]?.S, older)
    }).pipe(Effect.provide(layer))
  )

  it.live(
    "deletes an item with an older or equal sequencer or an absent one, and keeps one with a newer sequencer",
    () =>
      Effect.gen(function* () {
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
      }).pipe(Effect.provide(layer))
  )

  it.live("lists the ids of one day over all pages of the index", () =>
    Effect.gen(function* () {
      const { putUnlessNewer, idsOfDay } = yield* DynamoDb
      // A page of DynamoDB is at most a megabyte.
      const plot = "x".repeat(100_000)
      const day = ranksUpTo(15).map((rank) => item(rank, newer, { plot }))
      yield* Effect.forEach(day, (each) => putUnlessNewer(table, each), { concurrency: 8 })
      yield* putUnlessNewer(table, item(16, newer, { runDate: RunDate.make("2026-11-20") }))
      assert.deepStrictEqual(
        yield* idsOfDay(table, runDate),
        ranksUpTo(15).map((rank) => idOf(rank))
      )
      assert.deepStrictEqual(yield* idsOfDay(table, RunDate.make("2026-11-19")), [])
    }).pipe(Effect.provide(layer))
  )
})

describe("DynamoDb's retries", () => {
  const put = DynamoDb.use(({ putUnlessNewer }) => putUnlessNewer("movies-table", item(1, older)))

  const brokenConnection: Reply = (_, response) => void response.destroy()
  it.effect.each([
    ["ProvisionedThroughputExceededException", jsonError("ProvisionedThroughputExceededException", "Slow down")],
    ["ThrottlingException", jsonError("ThrottlingException", "Slow down")],
    ["RequestLimitExceeded", jsonError("RequestLimitExceeded", "Slow down")],
    ["InternalServerError", jsonError("InternalServerError", "Slow down", 500)],
    ["a 503 in HTML", { status: 503, body: "<html>" }],
    ["a broken connection", brokenConnection]
  ] as const)("retry %s", ([, reply]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(reply, reply, reply, reply, jsonReply({}))
      assert.strictEqual(yield* fastForward(put), "written")
      assert.strictEqual(aws.requests.length, 5)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("retry a throttled page of the index", () =>
    Effect.gen(function* () {
      yield* fakeAws(
        jsonReply({ Items: [{ imdbId: { S: "tt1" } }], LastEvaluatedKey: { imdbId: { S: "tt1" } } }),
        jsonError("ThrottlingException", "Slow down"),
        jsonReply({ Items: [{ imdbId: { S: "tt2" } }] })
      )
      const ids = DynamoDb.use(({ idsOfDay }) => idsOfDay("movies-table", runDate))
      assert.deepStrictEqual(yield* fastForward(ids), ["tt1", "tt2"])
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("end with the table and the error when the index cannot be read", () =>
    Effect.gen(function* () {
      yield* fakeAws(jsonError("AccessDeniedException", "no"))
      const ids = DynamoDb.use(({ idsOfDay }) => idsOfDay("movies-table", runDate))
      assert.strictEqual(
        (yield* Effect.flip(ids)).message,
        "The table movies-table cannot be used: AccessDeniedException: no"
      )
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("end with the table and the movie when the item is refused", () =>
    Effect.gen(function* () {
      yield* fakeAws(jsonError("ValidationException", "no"))
      assert.strictEqual(
        (yield* Effect.flip(put)).message,
        "The table movies-table refuses the item of tt0000001: ValidationException: no"
      )
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("end after ten attempts with the last error", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(jsonError("ThrottlingException", "Slow down"))
      const error = yield* fastForward(Effect.flip(put))
      assert.strictEqual(error.message, "The table movies-table cannot be used: ThrottlingException: Slow down")
      assert.strictEqual(aws.requests.length, 10)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("end before the invocation's deadline", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(jsonError("ThrottlingException", "Slow down"))
      const error = yield* fastForward(Effect.flip(Effect.provideService(put, InvocationDeadline, 2_500)))
      assert.strictEqual(error._tag, "TableUnavailable")
      assert.isBelow(aws.requests.length, 8)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect.each([
    ["AccessDeniedException", "TableUnavailable"],
    ["ValidationException", "ItemRefused"],
    ["ResourceNotFoundException", "TableUnavailable"],
    ["ConditionalCheckFailedException", "newerExists"]
  ] as const)("do not repeat a call that fails with %s, which ends as %s", ([name, outcome]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(jsonError(name, "no"))
      const result = put.pipe(Effect.catch(({ _tag }) => Effect.succeed(_tag)))
      assert.strictEqual(yield* fastForward(result), outcome)
      assert.strictEqual(aws.requests.length, 1)
    }).pipe(Effect.provide(DynamoDb.layer))
  )
})
