import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { csvRow } from "../../domain/CsvRow.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { enrichedMovie, runDate } from "../support/exampleRun.ts"
import { fakeAws, fastForward, jsonReply } from "../support/FakeAws.ts"

const put = DynamoDb.use(({ putUnlessNewer }) =>
  putUnlessNewer("movies-table", { ...csvRow(enrichedMovie(1)), loadedFrom: comparableSequencer("0A1") })
)
const refusal = (name: string, status = 400) =>
  jsonReply({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "Slow down" }, status)

describe("DynamoDb, throttled", () => {
  it.effect.each([
    ["ProvisionedThroughputExceededException", refusal("ProvisionedThroughputExceededException")],
    ["ThrottlingException", refusal("ThrottlingException")],
    ["RequestLimitExceeded", refusal("RequestLimitExceeded")],
    ["an error of its own", refusal("InternalServerError", 500)],
    ["no service", { status: 503, body: "<html>" }]
  ] as const)("rides out %s", ([, reply]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(reply, reply, reply, reply, jsonReply({}))
      assert.strictEqual(yield* fastForward(put), "written")
      assert.strictEqual(aws.requests.length, 5)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("rides out a broken connection", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws((_, response) => {
        response.destroy()
        return undefined
      }, jsonReply({}))
      assert.strictEqual(yield* fastForward(put), "written")
      assert.strictEqual(aws.requests.length, 2)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("gives up after nine more attempts, and says why", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(refusal("ThrottlingException"))
      const error = yield* fastForward(Effect.flip(put))
      assert.strictEqual(error.message, "The table movies-table cannot be used: ThrottlingException: Slow down")
      assert.strictEqual(aws.requests.length, 10)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("gives up while the invocation still has the time to tell", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(refusal("ThrottlingException"))
      const error = yield* fastForward(Effect.flip(Effect.provideService(put, InvocationDeadline, 2_500)))
      assert.strictEqual(error._tag, "TableUnavailable")
      assert.isBelow(aws.requests.length, 8)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect.each(["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])(
    "does not ask again on %s",
    (name) =>
      Effect.gen(function* () {
        const aws = yield* fakeAws(refusal(name))
        assert.strictEqual((yield* fastForward(Effect.flip(put)))._tag, "TableUnavailable")
        assert.strictEqual(aws.requests.length, 1)
      }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("does not ask again where a newer item is, for that is an answer", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(refusal("ConditionalCheckFailedException"))
      assert.strictEqual(yield* fastForward(put), "newerExists")
      assert.strictEqual(aws.requests.length, 1)
    }).pipe(Effect.provide(DynamoDb.layer))
  )

  it.effect("rides out a throttled page of the index, too", () =>
    Effect.gen(function* () {
      yield* fakeAws(
        jsonReply({ Items: [{ imdbId: { S: "tt1" } }], LastEvaluatedKey: { imdbId: { S: "tt1" } } }),
        refusal("ThrottlingException"),
        jsonReply({ Items: [{ imdbId: { S: "tt2" } }] })
      )
      const ids = DynamoDb.use(({ idsOfDay }) => idsOfDay("movies-table", runDate))
      assert.deepStrictEqual(yield* fastForward(ids), ["tt1", "tt2"])
    }).pipe(Effect.provide(DynamoDb.layer))
  )
})
