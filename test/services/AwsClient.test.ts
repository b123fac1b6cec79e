import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { toCsvRow } from "../../domain/CsvRow.ts"
import { comparableSequencer } from "../../domain/TableItem.ts"
import { errorDetail } from "../../services/AwsClient.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { S3 } from "../../services/S3.ts"
import { Secrets } from "../../services/Secrets.ts"
import { Sns } from "../../services/Sns.ts"
import { Sqs } from "../../services/Sqs.ts"
import { enrichedMovie } from "../support/exampleRun.ts"
import { fakeAws, jsonError, jsonReply, s3Error } from "../support/FakeAws.ts"
import { datasetTopic, settings } from "../support/settings.ts"

const secrets = Secrets.layer.pipe(Layer.provide(settings()))
const object = { bucket: "movies", key: "a.json" }
const queueUrl = () => `${process.env["AWS_ENDPOINT_URL"]}/000000000000/movies`
const item = { ...toCsvRow(enrichedMovie(1)), loadedFrom: comparableSequencer("0A1") }

const layers = Layer.mergeAll(S3.layer, Sqs.layer, Sns.layer, secrets, DynamoDb.layer)
type Call = Effect.Effect<void, unknown, Layer.Success<typeof layers>>

// One call of each kind. The SDK's own retries cover all but DynamoDb, whose retries are in DynamoDb.test.ts.
const s3Calls: Readonly<Record<"S3.getText" | "S3.putText" | "S3.list", Call>> = {
  "S3.getText": S3.use((s3) => Effect.asVoid(s3.getText(object, { maxBytes: 100 }))),
  "S3.putText": S3.use((s3) => s3.putText(object, "{}", "application/json")),
  "S3.list": S3.use((s3) => Effect.asVoid(s3.list("movies", "csv/")))
}
const sqsCall: Call = Sqs.use((sqs) => sqs.changeVisibility(queueUrl(), "handle", 60))
const deleteCall: Call = Sqs.use((sqs) => sqs.deleteMessage(queueUrl(), "handle"))
const sendCall: Call = Sqs.use((sqs) => sqs.sendAll(queueUrl(), [{ body: "a" }]))
const sent = jsonReply({
  Successful: [{ Id: "0", MessageId: "m-1", MD5OfMessageBody: "0cc175b9c0f1b6a831c399e269772661" }]
})
const secretsCall: Call = Secrets.use((secrets) => Effect.asVoid(secrets.omdbApiKey))
const dynamoDbCall: Call = DynamoDb.use((dynamoDb) => dynamoDb.putUnlessNewer("movies", item))
const snsCall: Call = Sns.use((sns) => sns.publish(datasetTopic, { subject: "IMDb top 10", message: "{}" }))

describe("AWS clients", () => {
  it.live.each([
    ...Object.entries(s3Calls).map(([name, call]) => [name, s3Error(500, "InternalError", ""), {}, call] as const),
    ["Sqs.sendAll", jsonError("InternalFailure", "", 500), sent, sendCall],
    ["Sqs.changeVisibility", jsonError("InternalFailure", "", 500), jsonReply({}), sqsCall],
    ["Secrets.omdbApiKey", jsonError("InternalServiceError", "", 500), jsonReply({ SecretString: "key" }), secretsCall]
  ] as const)("%s succeeds after two replies with status 500", ([, failure, success, call]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(failure, failure, success)
      yield* Effect.provide(call, layers)
      assert.strictEqual(aws.requests.length, 3)
    })
  )

  it.live.each([
    ...Object.entries(s3Calls),
    ["Sqs.sendAll", sendCall],
    ["Sqs.changeVisibility", sqsCall],
    ["Sqs.deleteMessage", deleteCall],
    ["Sns.publish", snsCall],
    ["Secrets.omdbApiKey", secretsCall],
    ["DynamoDb.putUnlessNewer", dynamoDbCall]
  ] as const)("%s closes its connection when it is interrupted, before its client is destroyed", ([, call]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws("hang")
      yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(call)
        yield* aws.untilRequested
        yield* Fiber.interrupt(fiber)
        // The SDK's own timeout would close it after six seconds.
        yield* Effect.timeout(aws.untilAborted, "3 seconds")
      }).pipe(Effect.provide(layers))
    })
  )

  it.live.each([
    ["S3.putText", {}, s3Calls["S3.putText"]],
    ["Sqs.changeVisibility", jsonReply({}), sqsCall]
  ] as const)("%s leaves no open connection when its layer's scope is closed", ([, reply, call]) =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(reply)
      const closed = Promise.withResolvers<void>()
      aws.server.on("connection", (socket) => socket.on("close", () => closed.resolve()))
      yield* Effect.provide(call, layers)
      // The server would close an idle connection after five seconds.
      yield* Effect.timeout(
        Effect.promise(() => closed.promise),
        "2 seconds"
      )
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

describe("errorDetail", () => {
  it.each([
    [
      "an error",
      Object.assign(new Error("first\n  second \n"), { name: "AccessDenied" }),
      "AccessDenied: first second"
    ],
    ["a text", "no credentials", "no credentials"]
  ])("of %s is its name and message on one line", (_, error, detail) => {
    assert.strictEqual(errorDetail(error), detail)
  })
})
