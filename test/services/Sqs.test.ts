import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { messageBatches, type QueueMessage, Sqs } from "../../services/Sqs.ts"
import { type AwsReply, type AwsRequest, fakeAws, fastForward, jsonError, jsonReply } from "../support/FakeAws.ts"

const queueUrl = () => `${process.env["AWS_ENDPOINT_URL"]}/000000000000/movies`
const send = (...entries: ReadonlyArray<QueueMessage>) => Sqs.use(({ sendAll }) => sendAll(queueUrl(), entries))
const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ body: `message ${index}` }))

interface BatchEntry {
  readonly Id: string
  readonly MessageBody: string
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
  readonly DelaySeconds?: number
}
const entriesOf = ({ body }: AwsRequest): ReadonlyArray<BatchEntry> => JSON.parse(body).Entries
const bodiesOf = (request: AwsRequest) => entriesOf(request).map(({ MessageBody }) => MessageBody)

type Refusal = readonly [code: string, senderFault: boolean]
const internalError: Refusal = ["InternalError", false]
const throttled: Refusal = ["RequestThrottled", true]
const invalid: Refusal = ["InvalidMessageContents", true]

/** Accepts every entry except those whose body has a refusal here. `"omitted"`: the reply does not list the entry. */
const accepting =
  (refusals: Record<string, Refusal | "omitted"> = {}) =>
  (request: AwsRequest): AwsReply => {
    const Successful: Array<unknown> = []
    const Failed: Array<unknown> = []
    for (const { Id, MessageBody } of entriesOf(request)) {
      const refusal = refusals[MessageBody]
      const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex")
      if (refusal === undefined) Successful.push({ Id, MessageId: `m-${Id}`, MD5OfMessageBody })
      else if (refusal !== "omitted") Failed.push({ Id, Code: refusal[0], SenderFault: refusal[1], Message: "no" })
    }
    return jsonReply({ Successful, Failed })
  }

describe("Sqs.sendAll", () => {
  it.live("sends ten entries a batch, in order, with their delay, group and deduplication ids", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(accepting())
      yield* send(...numbered(23), { body: "last", delaySeconds: 900, groupId: "2026-01-01", deduplicationId: "m-1" })
      assert.deepStrictEqual(
        aws.requests.map((request) => entriesOf(request).length),
        [10, 10, 4]
      )
      assert.deepStrictEqual(aws.requests.flatMap(bodiesOf), [...numbered(23).map(({ body }) => body), "last"])
      assert.deepInclude(aws.requests.flatMap(entriesOf).at(-1), {
        DelaySeconds: 900,
        MessageGroupId: "2026-01-01",
        MessageDeduplicationId: "m-1"
      })
      assert.strictEqual(aws.requests[0]?.headers["x-amz-target"], "AmazonSQS.SendMessageBatch")
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.effect("sends again, after a delay, only the entries with a transient refusal", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(
        accepting({ "message 0": internalError, "message 2": throttled }),
        accepting({ "message 2": internalError }),
        accepting()
      )
      yield* fastForward(send(...numbered(3)))
      assert.deepStrictEqual(aws.requests.map(bodiesOf), [
        ["message 0", "message 1", "message 2"],
        ["message 0", "message 2"],
        ["message 2"]
      ])
      assert.isAbove(yield* Clock.currentTimeMillis, 0)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("does not retry a sender fault, and sends the other batches", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(accepting({ "message 0": invalid }))
      const error = yield* Effect.flip(send(...numbered(12)))
      assert.deepInclude(error, { _tag: "MessagesUnsent", unsent: 1, detail: "InvalidMessageContents: no" })
      assert.strictEqual(error.message, `1 message(s) could not be sent to ${queueUrl()}: InvalidMessageContents: no`)
      assert.strictEqual(aws.requests.length, 2)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.effect("fails after six attempts with the number of unsent entries and the last reason", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(accepting({ "message 1": internalError, "message 2": internalError }))
      const error = yield* fastForward(Effect.flip(send(...numbered(3))))
      assert.deepInclude(error, { unsent: 2, detail: "InternalError: no" })
      assert.strictEqual(aws.requests.length, 6)
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.effect("treats an entry that the reply does not list as unsent", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(accepting({ "message 1": "omitted" }))
      const error = yield* fastForward(Effect.flip(send(...numbered(2))))
      assert.deepInclude(error, { unsent: 1, detail: "no error code" })
      assert.deepStrictEqual(aws.requests.map(bodiesOf)[1], ["message 1"])
    }).pipe(Effect.provide(Sqs.layer))
  )

  it.live("counts the whole batch as unsent, and does not send it again, when the queue does not exist", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(jsonError("QueueDoesNotExist", "no queue"))
      const error = yield* Effect.flip(send(...numbered(3)))
      assert.deepInclude(error, { unsent: 3, detail: "QueueDoesNotExist: no queue" })
      assert.strictEqual(aws.requests.length, 1)
    }).pipe(Effect.provide(Sqs.layer))
  )
})

describe("Sqs.changeVisibility", () => {
  const change = Sqs.use(({ changeVisibility }) => changeVisibility(queueUrl(), "the handle", 300))

  it.live("sets the visibility timeout in seconds", () =>
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

  it.live("fails with SQS's error", () =>
    Effect.gen(function* () {
      yield* fakeAws(jsonError("ReceiptHandleIsInvalid", "old handle"))
      const error = yield* Effect.flip(change)
      assert.strictEqual(
        error.message,
        `Cannot change the visibility timeout of a message of ${queueUrl()}: ReceiptHandleIsInvalid: old handle`
      )
    }).pipe(Effect.provide(Sqs.layer))
  )
})

describe("Sqs.deleteMessage", () => {
  const remove = Sqs.use(({ deleteMessage }) => deleteMessage(queueUrl(), "the handle"))

  it.live("deletes the message with the receipt handle, or fails with SQS's error", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(jsonReply({}), jsonError("ReceiptHandleIsInvalid", "old handle"))
      yield* remove
      assert.strictEqual(aws.requests[0]?.headers["x-amz-target"], "AmazonSQS.DeleteMessage")
      assert.deepStrictEqual(JSON.parse(aws.requests[0]?.body ?? ""), {
        QueueUrl: queueUrl(),
        ReceiptHandle: "the handle"
      })
      assert.strictEqual(
        (yield* Effect.flip(remove)).message,
        `Cannot delete a message of ${queueUrl()}: ReceiptHandleIsInvalid: old handle`
      )
    }).pipe(Effect.provide(Sqs.layer))
  )
})

describe("messageBatches", () => {
  it("puts an entry over the limit into a batch of its own", () => {
    const [short, long] = [{ body: "short" }, { body: "x".repeat(300_000) }]
    assert.deepStrictEqual(messageBatches([short, long, short]), [[short], [long], [short]])
  })

  it("puts entries of exactly the limit together into one batch", () => {
    const entries = [{ body: "x".repeat(262_143) }, { body: "y" }]
    assert.deepStrictEqual(messageBatches(entries), [entries])
  })

  const Lengths = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 262_144 })))
  it.prop(
    "keeps every entry in order, and no batch is over SQS's limits",
    [Lengths.check(Schema.isMaxLength(30))],
    ([lengths]) => {
      const entries = lengths.map((length, index) => ({
        body: index % 2 === 0 ? "x".repeat(length) : "é".repeat(Math.ceil(length / 2))
      }))
      const batches = messageBatches(entries)
      assert.deepStrictEqual(batches.flat(), entries)
      for (const batch of batches) {
        assert.isAtMost(batch.length, 10)
        assert.isAtLeast(batch.length, 1)
        assert.isAtMost(Buffer.byteLength(batch.map(({ body }) => body).join("")), 262_144)
      }
    },
    { arbitrary: { runs: 30 } }
  )
})
