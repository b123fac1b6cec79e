import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { S3 } from "../../services/S3.ts"
import { Secrets } from "../../services/Secrets.ts"
import { Sqs } from "../../services/Sqs.ts"
import { enrichedMovie } from "../support/exampleRun.ts"
import { fakeAws, jsonError, jsonReply, s3Error } from "../support/FakeAws.ts"
import { settings } from "../support/settings.ts"

const secrets = Secrets.layer.pipe(Layer.provide(settings()))
const object = { bucket: "movies", key: "a.json" }
const queueUrl = () => `${process.env["AWS_ENDPOINT_URL"]}/000000000000/movies`
const item = { ...toCsvRow(enrichedMovie(1)), loadedFrom: comparableSequencer("0A1") }

// One call of each kind. The SDK's own retries cover all but DynamoDb, whose retries are in DynamoDb.test.ts.
const s3Calls = {
  "S3.getText": S3.use((s3) => Effect.asVoid(s3.getText(object, { maxBytes: 100 }))).pipe(Effect.provide(S3.layer)),
  "S3.putText": S3.use((s3) => s3.putText(object, "{}", "application/json")).pipe(Effect.provide(S3.layer)),
  "S3.list": S3.use((s3) => Effect.asVoid(s3.list("movies", "csv/"))).pipe(Effect.provide(S3.layer))
}
const sqsCall = Sqs.use((sqs) => sqs.changeVisibility(queueUrl(), "handle", 60)).pipe(Effect.provide(Sqs.layer))
const sendCall = Sqs.use((sqs) => sqs.sendAll(queueUrl(), [{ body: "a" }])).pipe(Effect.provide(Sqs.layer))
const sent = jsonReply({
  Successful: [{ Id: "0", MessageId: "m-1", MD5OfMessageBody: "0cc175b9c0f1b6a831c399e269772661" }]
})
const secretsCall = Secrets.use((secrets) => Effect.asVoid(secrets.omdbApiKey)).pipe(Effect.provide(secrets))
const dynamoDbCall = DynamoDb.use((dynamoDb) => dynamoDb.putUnlessNewer("movies", item)).pipe(
  Effect.provide(DynamoDb.layer)
)

describe("AWS clients", () => {
  it.live.each([
    ...Object.entries(s3Calls).map(([name, call]) => [name, s3Error(500, "InternalError", ""), {}, call] as const),
    ["Sqs.sendAll", jsonError("InternalFailure", "", 500), sent, sendCall],
    ["Sqs.changeVisibility", jsonError("InternalFailure", "", 500), jsonReply({}), sqsCall],
    ["Secrets.omdbApiKey", jsonError("InternalServiceError", "", 500), jsonReply({ SecretString: "key" }), secretsCall]
  ] as const)("%s succeeds after two replies with status 500", ([, failure, success, call]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(failure, failure, success)
      yield* call
      assert.strictEqual(aws.requests.length, 3)
    })
  )

  it.live.each([
    ...Object.entries(s3Calls),
    ["Sqs.changeVisibility", sqsCall],
    ["Secrets.omdbApiKey", secretsCall],
    ["DynamoDb.putUnlessNewer", dynamoDbCall]
  ] as const)("%s closes its connection when it is interrupted", ([, call]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws("hang")
      const fiber = yield* Effect.forkChild(call)
      yield* aws.untilRequested
      yield* Fiber.interrupt(fiber)
      yield* aws.untilAborted
    })
  )

  it.live.each([
    ["S3", Layer.build(S3.layer)],
    ["Sqs", Layer.build(Sqs.layer)],
    ["Secrets", Layer.build(secrets)],
    ["DynamoDb", Layer.build(DynamoDb.layer)]
  ] as const)("%s makes no request when its layer is built", ([, build]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws({})
      yield* build
      assert.deepStrictEqual(aws.requests, [])
    })
  )
})
