import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { type QueueMessage, Sqs } from "../../services/Sqs.ts"
import { type AwsReply, type AwsRequest, fakeAws, fastForward, jsonReply } from "../support/FakeAws.ts"

const queueUrl = () => `${process.env["AWS_ENDPOINT_URL"]}/000000000000/movies`
const send = (...entries: ReadonlyArray<QueueMessage>) => Sqs.use(({ sendAll }) => sendAll(queueUrl(), entries))
const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ body: `message ${index}` }))

interface Sent {
  readonly Id: string
  readonly MessageBody: string
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
}
const sentIn = ({ body }: AwsRequest): ReadonlyArray<Sent> => JSON.parse(body).Entries
const bodiesIn = (request: AwsRequest) => sentIn(request).map(({ MessageBody }) => MessageBody)

type Refusal = readonly [code: string, senderFault: boolean]
const busy: Refusal = ["InternalError", false]
const throttled: Refusal = ["RequestThrottled", true]
const bad: Refusal = ["InvalidMessageContents", true]

/** Takes every message but those whose body is named. */
const taking =
  (refusals: Record<string, Refusal | "not a word"> = {}) =>
  (request: AwsRequest): AwsReply => {
    const Successful: Array<unknown> = []
    const Failed: Array<unknown> = []
    for (const { Id, MessageBody } of sentIn(request)) {
      const refusal = refusals[MessageBody]
      const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex")
      if (refusal === undefined) Successful.push({ Id, MessageId: `m-${Id}`, MD5OfMessageBody })
      else if (refusal !== "not a word") Failed.push({ Id, Code: refusal[0], SenderFault: refusal[1], Message: "no" })
    }
    return jsonReply({ Successful, Failed })
  }
const failure = (status: number, type: string): AwsReply =>
  jsonReply({ __type: `com.amazonaws.sqs#${type}`, message: "said SQS" }, status)

describe("sending", () => {
  it.live("sends ten entries a batch, in their order, with their groups and deduplication ids", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(taking())
      yield* send(...numbered(23), { body: "last", groupId: "2026-01-01", deduplicationId: "m-1-enriched" })
      assert.deepStrictEqual(
        aws.requests.map((request) => sentIn(request).length),
        [10, 10, 4]
      )
      assert.deepStrictEqual(aws.requests.flatMap(bodiesIn), [...numbered(23).map(({ body }) => body), "last"])
      assert.deepInclude(aws.requests.flatMap(sentIn).at(-1), {
        MessageGroupId: "2026-01-01",
        MessageDeduplicationId: "m-1-enriched"
      })
      assert.strictEqual(aws.requests[0]?.headers["x-amz-target"], "AmazonSQS.SendMessageBatch")
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("sends nothing for no entries", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(taking())
      yield* send()
      assert.deepStrictEqual(aws.requests, [])
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.effect("sends again, after a pause, only what SQS refused and may yet take", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(
        taking({ "message 0": busy, "message 2": throttled }),
        taking({ "message 2": busy }),
        taking()
      )
      yield* fastForward(send(...numbered(3)))
      assert.deepStrictEqual(aws.requests.map(bodiesIn), [
        ["message 0", "message 1", "message 2"],
        ["message 0", "message 2"],
        ["message 2"]
      ])
      assert.isAbove(yield* Clock.currentTimeMillis, 0)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("gives up at once on what is the sender's fault, and still sends the rest", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(taking({ "message 0": bad }))
      const error = yield* Effect.flip(send(...numbered(12)))
      assert.deepInclude(error, { _tag: "MessagesUnsent", unsent: 1, detail: "InvalidMessageContents: no" })
      assert.strictEqual(error.message, `1 message(s) could not be sent to ${queueUrl()}: InvalidMessageContents: no`)
      assert.strictEqual(aws.requests.length, 2)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.effect("gives up in the end on what SQS keeps refusing, and says how many and why", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(taking({ "message 1": busy, "message 2": busy }))
      const error = yield* fastForward(Effect.flip(send(...numbered(3))))
      assert.deepInclude(error, { unsent: 2, detail: "InternalError: no" })
      assert.strictEqual(aws.requests.length, 6)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.effect("takes an entry that SQS does not mention for unsent", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(taking({ "message 1": "not a word" }))
      const error = yield* fastForward(Effect.flip(send(...numbered(2))))
      assert.deepInclude(error, { unsent: 1, detail: "SQS did not say why" })
      assert.deepStrictEqual(aws.requests.map(bodiesIn)[1], ["message 1"])
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("leaves the retry of a call that fails as a whole to the SDK", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(failure(500, "InternalFailure"), taking())
      yield* send(...numbered(1))
      assert.strictEqual(aws.requests.length, 2)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("fails with all of a batch when the queue is not there", () =>
    Effect.gen(function* () {
      yield* fakeAws(failure(400, "QueueDoesNotExist"))
      const error = yield* Effect.flip(send(...numbered(3)))
      assert.deepInclude(error, { unsent: 3, detail: "QueueDoesNotExist: said SQS" })
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("ends its request when it is interrupted", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws("hang")
      const sending = yield* Effect.forkChild(send(...numbered(1)))
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(sending)
      yield* Effect.sleep("50 millis")
      assert.strictEqual(aws.dropped, 1)
    }).pipe(Effect.provide(Sqs.layer))
  )
})

describe("the visibility of a message", () => {
  const change = Sqs.use(({ changeVisibility }) => changeVisibility(queueUrl(), "the handle", 300))

  it.live("is changed in seconds from now", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(jsonReply({}))
      yield* change
      assert.deepStrictEqual(JSON.parse(aws.requests[0]?.body ?? ""), {
        QueueUrl: queueUrl(),
        ReceiptHandle: "the handle",
        VisibilityTimeout: 300
      })
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("fails with what SQS says", () =>
    Effect.gen(function* () {
      yield* fakeAws(failure(400, "ReceiptHandleIsInvalid"))
      const error = yield* Effect.flip(change)
      assert.deepInclude(error, { _tag: "VisibilityUnchanged", detail: "ReceiptHandleIsInvalid: said SQS" })
    }).pipe(Effect.provide(Sqs.layer))
  )
})
