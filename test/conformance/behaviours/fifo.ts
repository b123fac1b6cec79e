import * as Effect from "effect/Effect"
import { Sqs } from "../../../services/Sqs.ts"
import type { Subject } from "../Behaviour.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import {
  changeVisibility,
  expectEqual,
  expectNone,
  expectThat,
  newPatientQueue,
  receiveOne,
  receiveThrice,
  untilVisible
} from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest"
const delivery = `${aws}/SQSDeveloperGuide/FIFO-queues-understanding-logic.html`
const deduplication = `${aws}/SQSDeveloperGuide/using-messagededuplicationid-property.html`

/** Messages of one group, each under its body as the deduplication id. */
const send = (queueUrl: string, groupId: string, ...bodies: ReadonlyArray<string>) =>
  Sqs.use(({ sendAll }) =>
    sendAll(
      queueUrl,
      bodies.map((body) => ({ body, groupId, deduplicationId: body }))
    )
  )

const newQueue = newPatientQueue("fifo")

const check = {
  order: Effect.gen(function* () {
    const { receive, remove } = yield* ConformanceTarget
    const { url } = yield* newQueue
    const sent = Array.from({ length: 12 }, (_, n) => `message ${n}`)
    yield* send(url, "2026-11-21", ...sent)
    const bodies: Array<string> = []
    while (bodies.length < sent.length) {
      const first = yield* receiveOne(url)
      yield* expectEqual("The group", first.groupId, "2026-11-21")
      bodies.push(first.body)
      yield* remove(url, first.receiptHandle)
    }
    yield* expectEqual("The order received", bodies, sent)
    yield* expectEqual("Received besides", yield* receive(url, 10), [])
  }),

  held: Effect.gen(function* () {
    const { remove } = yield* ConformanceTarget
    const { url } = yield* newQueue
    yield* send(url, "one", "one 1", "one 2")
    const first = yield* receiveOne(url)
    yield* expectEqual("The first of the group", first.body, "one 1")
    yield* send(url, "two", "two 1")
    yield* expectEqual("Received of the other group", (yield* receiveOne(url)).body, "two 1")
    yield* expectNone("Received while one of each is in flight", url)
    yield* remove(url, first.receiptHandle)
    yield* expectEqual("The second of the group", (yield* receiveOne(url)).body, "one 2")
  }),

  together: Effect.gen(function* () {
    const { receive } = yield* ConformanceTarget
    const { url } = yield* newQueue
    const sent = ["1", "2", "3", "4", "5"]
    yield* send(url, "2026-11-21", ...sent)
    const bodies = (yield* receive(url, 10)).map(({ body }) => body)
    yield* expectThat("One receive", bodies.length > 1, "several of the group's messages", bodies)
    yield* expectEqual("Their order", bodies, sent.slice(0, bodies.length))
  }),

  back: Effect.gen(function* () {
    const { url } = yield* newQueue
    yield* send(url, "2026-11-21", "1", "2")
    const first = yield* receiveOne(url)
    yield* changeVisibility(url, first.receiptHandle, 0)
    const again = yield* receiveOne(url)
    yield* expectEqual("The message", [again.body, again.receiveCount], ["1", 2])
  }),

  deduplicated: Effect.gen(function* () {
    const { remove } = yield* ConformanceTarget
    const { url } = yield* newQueue
    const sendAs = (deduplicationId: string) =>
      Sqs.use(({ sendAll }) => sendAll(url, [{ body: "enriched", groupId: "2026-11-21", deduplicationId }]))
    yield* sendAs("m-1-enriched")
    const { receiptHandle } = yield* receiveOne(url)
    yield* remove(url, receiptHandle)
    yield* sendAs("m-1-enriched")
    yield* expectNone("Received of the second send", url)
    yield* sendAs("m-2-enriched")
    yield* expectEqual("The same body under another id", (yield* receiveOne(url)).body, "enriched")
  }),

  deadLetter: Effect.gen(function* () {
    const { url, deadLetters } = yield* newQueue
    yield* send(url, "2026-11-21", "hopeless", "next")
    const { messageId } = yield* receiveThrice(url)
    yield* expectEqual("Received of the group then", (yield* receiveOne(url)).body, "next")
    const letter = yield* receiveOne(deadLetters)
    yield* expectEqual(
      "The dead letter",
      [letter.messageId, letter.body, letter.groupId],
      [messageId, "hopeless", "2026-11-21"]
    )
  }),

  expired: Effect.gen(function* () {
    const { remove, newQueue } = yield* ConformanceTarget
    const { url } = yield* newQueue("fifo")
    yield* send(url, "2026-11-21", "work")
    const first = yield* receiveOne(url)
    yield* untilVisible
    const second = yield* receiveOne(url)
    // AWS answers with an error.
    yield* Effect.ignore(remove(url, first.receiptHandle))
    yield* changeVisibility(url, second.receiptHandle, 0)
    yield* expectEqual("The message, a third time", (yield* receiveOne(url)).messageId, first.messageId)
  })
}

export const fifo: Subject = {
  name: "fifo",
  heading: "SQS, FIFO queues",
  behaviours: [
    {
      title: "The messages of a group come in the order in which they were sent",
      source: delivery,
      check: check.order
    },
    {
      title: "While a message is in flight, the later ones of its group are held back, and other groups are not",
      source: delivery,
      check: check.held
    },
    {
      title: "One receive gives several messages of a group",
      source: delivery,
      check: check.together,
      differs: {
        "local cloud":
          "fauxqs gives one message of a group and locks the group, so an export counts its run once a message: more often than on AWS, with the same outcome."
      }
    },
    {
      title: "A message that comes back comes before the later ones of its group",
      source: delivery,
      check: check.back
    },
    {
      title: "A deduplication id is swallowed without an error for five minutes, even if its message is gone",
      source: deduplication,
      check: check.deduplicated
    },
    {
      title: "A message received as often as allowed is a dead letter of its id and group, and the next one comes",
      source: `${aws}/SQSDeveloperGuide/sqs-dead-letter-queues.html`,
      check: check.deadLetter
    },
    {
      title: "A receipt whose time is over does not remove the message that was received again",
      source: "https://repost.aws/knowledge-center/sqs-receipt-handle-error",
      check: check.expired
    }
  ]
}
