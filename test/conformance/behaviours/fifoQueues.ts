import * as Effect from "effect/Effect"
import { Sqs } from "../../../services/Sqs.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import type { Subject } from "../conformance.ts"
import {
  changeVisibility,
  expectEqual,
  expectNoMessage,
  expectThat,
  newHoldingQueue,
  receiveOne,
  receiveThrice,
  visibilityTimeoutEnds
} from "../expectations.ts"

const guide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"
const delivery = `${guide}/FIFO-queues-understanding-logic.html`

/** Sends messages of one group; each body is its deduplication id too. */
const send = (queueUrl: string, groupId: string, ...bodies: ReadonlyArray<string>) =>
  Sqs.use(({ sendAll }) =>
    sendAll(
      queueUrl,
      bodies.map((body) => ({ body, groupId, deduplicationId: body }))
    )
  )

export const fifoQueues: Subject = {
  name: "fifo",
  heading: "SQS, FIFO queues",
  behaviours: [
    {
      title: "The messages of a group are delivered in the order in which they were sent",
      source: delivery,
      check: Effect.gen(function* () {
        const { deleteMessage } = yield* ConformanceTarget
        const { url } = yield* newHoldingQueue("fifo")
        const sent = Array.from({ length: 12 }, (_, n) => `message ${n}`)
        yield* send(url, "2026-11-21", ...sent)
        for (const expected of sent) {
          const { body, groupId, receiptHandle } = yield* receiveOne(url)
          yield* expectEqual("The body and the group", [body, groupId], [expected, "2026-11-21"])
          yield* deleteMessage(url, receiptHandle)
        }
        yield* expectNoMessage("One more receive", url)
      })
    },
    {
      title: "A message in flight holds back the later messages of its group and no other group",
      source: delivery,
      check: Effect.gen(function* () {
        const { deleteMessage } = yield* ConformanceTarget
        const { url } = yield* newHoldingQueue("fifo")
        yield* send(url, "one", "one 1", "one 2")
        const first = yield* receiveOne(url)
        yield* expectEqual("The first of the group", first.body, "one 1")
        yield* send(url, "two", "two 1")
        yield* expectEqual("The first of the other group", (yield* receiveOne(url)).body, "two 1")
        yield* expectNoMessage("A receive with one of each group in flight", url)
        yield* deleteMessage(url, first.receiptHandle)
        yield* expectEqual("The second of the group", (yield* receiveOne(url)).body, "one 2")
      })
    },
    {
      title: "One receive returns several messages of a group",
      source: delivery,
      check: Effect.gen(function* () {
        const { receive } = yield* ConformanceTarget
        const { url } = yield* newHoldingQueue("fifo")
        const sent = ["1", "2", "3", "4", "5"]
        yield* send(url, "2026-11-21", ...sent)
        const bodies = (yield* receive(url, 10)).map(({ body }) => body)
        yield* expectThat("One receive", bodies.length > 1, "several messages of the group", bodies)
        yield* expectEqual("Their order", bodies, sent.slice(0, bodies.length))
      })
    },
    {
      title: "A message that becomes visible again is delivered before the later messages of its group",
      source: delivery,
      check: Effect.gen(function* () {
        const { url } = yield* newHoldingQueue("fifo")
        yield* send(url, "2026-11-21", "1", "2")
        const first = yield* receiveOne(url)
        yield* changeVisibility(url, first.receiptHandle, 0)
        const { body, receiveCount } = yield* receiveOne(url)
        yield* expectEqual("The message", [body, receiveCount], ["1", 2])
      })
    },
    {
      title: "A deduplication id is accepted and dropped for five minutes, even after its message was deleted",
      source: `${guide}/using-messagededuplicationid-property.html`,
      check: Effect.gen(function* () {
        const { deleteMessage } = yield* ConformanceTarget
        const { url } = yield* newHoldingQueue("fifo")
        const sendAs = (deduplicationId: string) =>
          Sqs.use(({ sendAll }) => sendAll(url, [{ body: "enriched", groupId: "2026-11-21", deduplicationId }]))
        yield* sendAs("m-1-enriched")
        const { receiptHandle } = yield* receiveOne(url)
        yield* deleteMessage(url, receiptHandle)
        yield* sendAs("m-1-enriched")
        yield* expectNoMessage("A receive after the second send", url)
        yield* sendAs("m-2-enriched")
        yield* expectEqual("The same body with another id", (yield* receiveOne(url)).body, "enriched")
      })
    },
    {
      title:
        "A message at its maximum receive count moves to the dead-letter queue with its id and group, and the next message is delivered",
      source: `${guide}/sqs-dead-letter-queues.html`,
      check: Effect.gen(function* () {
        const { url, deadLetterQueueUrl } = yield* newHoldingQueue("fifo")
        yield* send(url, "2026-11-21", "fails", "next")
        const { messageId } = yield* receiveThrice(url)
        yield* expectEqual("The next message of the group", (yield* receiveOne(url)).body, "next")
        const deadLetter = yield* receiveOne(deadLetterQueueUrl)
        const { body, groupId } = deadLetter
        const expected = [messageId, "fails", "2026-11-21"]
        yield* expectEqual("The dead letter", [deadLetter.messageId, body, groupId], expected)
      })
    },
    {
      title: "An expired receipt handle does not delete a message that was received again",
      source: "https://repost.aws/knowledge-center/sqs-receipt-handle-error",
      check: Effect.gen(function* () {
        const { deleteMessage, newQueue } = yield* ConformanceTarget
        const { url } = yield* newQueue("fifo")
        yield* send(url, "2026-11-21", "work")
        const first = yield* receiveOne(url)
        yield* visibilityTimeoutEnds
        const second = yield* receiveOne(url)
        // AWS returns an error.
        yield* Effect.ignore(deleteMessage(url, first.receiptHandle))
        yield* changeVisibility(url, second.receiptHandle, 0)
        yield* expectEqual("The message", (yield* receiveOne(url)).messageId, first.messageId)
      })
    }
  ]
}
