import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { retryDelay } from "../../../domain/retryDelay.ts"
import { Sqs } from "../../../services/Sqs.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import type { Subject } from "../conformance.ts"
import {
  changeVisibility,
  expectEqual,
  expectFailure,
  expectNoMessage,
  expectThat,
  newHoldingQueue,
  receiveMany,
  receiveOne,
  receiveThrice,
  send,
  visibilityTimeoutEnds
} from "../expectations.ts"

const api = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference"
const guide = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"

const sortedBodies = (received: ReadonlyArray<{ readonly body: string }>) => received.map(({ body }) => body).toSorted()

/** A new queue with one message in flight. */
const receiveFrom = Effect.fnUntraced(function* (queue: typeof shortQueue) {
  const { url } = yield* queue
  yield* send(url, "work")
  return { url, first: yield* receiveOne(url) }
})

const shortQueue = Effect.flatMap(ConformanceTarget, ({ newQueue }) => newQueue("standard"))

export const standardQueues: Subject = {
  name: "sqs",
  heading: "SQS, standard queues",
  behaviours: [
    {
      title: "SendMessageBatch accepts ten messages and 256 KiB, and every message is delivered once",
      source: `${api}/API_SendMessageBatch.html`,
      check: Effect.gen(function* () {
        const { url } = yield* newHoldingQueue("standard")
        const small = Array.from({ length: 25 }, (_, n) => `message ${n}`)
        const large = ["a", "b", "c"].map((character) => character.repeat(100 * 1024))
        yield* send(url, ...small, ...large)
        yield* expectEqual("The bodies", sortedBodies(yield* receiveMany(url, 28)), [...small, ...large].toSorted())
        yield* expectNoMessage("One more receive", url)
      })
    },
    {
      title: "A body is delivered as it was sent, with any characters that SQS accepts",
      source: `${api}/API_SendMessage.html`,
      check: Effect.gen(function* () {
        const { url } = yield* newHoldingQueue("standard")
        const body = 'Léon, WALL·E \u{1F3AC} 𐍈 e\u0301 \uE000\uE0001f3a \uFFFD\r\n\t<a href="x"> &amp; \\u0000 {}'
        yield* send(url, body)
        yield* expectEqual("The body", (yield* receiveOne(url)).body, body)
      })
    },
    {
      title: "A body with invalid characters fails alone in its batch",
      source: `${api}/API_SendMessageBatch.html`,
      check: Effect.gen(function* () {
        const { url } = yield* newHoldingQueue("standard")
        const { unsent } = yield* expectFailure("A batch", send(url, "one", "two \uFFFE", "three"), "MessagesUnsent")
        yield* expectEqual("The number of failed messages", unsent, 1)
        yield* expectEqual("The others", sortedBodies(yield* receiveMany(url, 2)), ["one", "three"])
      })
    },
    {
      title: "Two messages with the same body have different ids",
      source: `${api}/API_SendMessage.html`,
      check: Effect.gen(function* () {
        const { url } = yield* newHoldingQueue("standard")
        yield* send(url, "the same")
        yield* send(url, "the same")
        const [one, other] = yield* receiveMany(url, 2)
        yield* expectEqual("The bodies", [one?.body, other?.body], ["the same", "the same"])
        yield* expectThat("Their ids", one?.messageId !== other?.messageId, "two", one?.messageId)
      })
    },
    {
      title: "A delayed message is delivered once its delay has ended, and another message before it",
      source: `${guide}/sqs-message-timers.html`,
      check: Effect.gen(function* () {
        const { sleep } = yield* ConformanceTarget
        const { url } = yield* newHoldingQueue("standard")
        const messages = [{ body: "delayed", delaySeconds: 3 }, { body: "at once" }]
        yield* Sqs.use(({ sendAll }) => sendAll(url, messages))
        yield* expectEqual("The first message", (yield* receiveOne(url)).body, "at once")
        yield* expectNoMessage("A receive during the delay", url)
        yield* sleep("4 seconds")
        yield* expectEqual("The second message", (yield* receiveOne(url)).body, "delayed")
      })
    },
    {
      title: "A deleted message is not delivered again, and deleting it again succeeds",
      source: `${api}/API_DeleteMessage.html`,
      check: Effect.gen(function* () {
        const { deleteMessage } = yield* ConformanceTarget
        const { url, first } = yield* receiveFrom(shortQueue)
        // By the function, then by its event source mapping.
        yield* Sqs.use((sqs) => sqs.deleteMessage(url, first.receiptHandle))
        yield* deleteMessage(url, first.receiptHandle)
        yield* visibilityTimeoutEnds
        yield* expectNoMessage("A receive after the visibility timeout", url)
      })
    },
    {
      title: "A message at its maximum receive count moves to the dead-letter queue with its id and body",
      source: `${guide}/sqs-dead-letter-queues.html`,
      check: Effect.gen(function* () {
        const { url, deadLetterQueueUrl } = yield* newHoldingQueue("standard")
        yield* send(url, "fails \u{1F3AC}")
        const { messageId } = yield* receiveThrice(url)
        yield* expectNoMessage("The fourth receive", url)
        const deadLetter = yield* receiveOne(deadLetterQueueUrl)
        yield* expectEqual("The dead letter", [deadLetter.messageId, deadLetter.body], [messageId, "fails \u{1F3AC}"])
      })
    }
  ]
}

export const visibilityTimeouts: Subject = {
  name: "visibility",
  heading: "SQS, visibility timeouts",
  behaviours: [
    {
      title: "A received message is hidden for its visibility timeout, then delivered with a receive count one higher",
      source: `${guide}/sqs-visibility-timeout.html`,
      check: Effect.gen(function* () {
        const { url, first } = yield* receiveFrom(shortQueue)
        yield* expectEqual("The first receive count", first.receiveCount, 1)
        yield* expectNoMessage("A receive during the timeout", url)
        yield* visibilityTimeoutEnds
        const { messageId, body, receiveCount } = yield* receiveOne(url)
        yield* expectEqual("The message", [messageId, body, receiveCount], [first.messageId, "work", 2])
      })
    },
    {
      title: "A visibility timeout of zero makes a message visible at once",
      source: `${api}/API_ChangeMessageVisibility.html`,
      check: Effect.gen(function* () {
        const { url, first } = yield* receiveFrom(newHoldingQueue("standard"))
        yield* changeVisibility(url, first.receiptHandle, 0)
        const { messageId, receiveCount } = yield* receiveOne(url)
        yield* expectEqual("The message", [messageId, receiveCount], [first.messageId, 2])
      })
    },
    {
      title: "A shortened visibility timeout ends sooner",
      source: `${api}/API_ChangeMessageVisibility.html`,
      check: Effect.gen(function* () {
        const { sleep } = yield* ConformanceTarget
        const { url, first } = yield* receiveFrom(newHoldingQueue("standard"))
        yield* changeVisibility(url, first.receiptHandle, 3)
        yield* expectNoMessage("A receive during the timeout", url)
        yield* sleep("4 seconds")
        yield* expectEqual("The receive count", (yield* receiveOne(url)).receiveCount, 2)
      })
    },
    {
      title: "The pipeline's longest retry delay is accepted and outlasts the queue's visibility timeout",
      source: `${api}/API_ChangeMessageVisibility.html`,
      check: Effect.gen(function* () {
        const { url, first } = yield* receiveFrom(shortQueue)
        yield* changeVisibility(url, first.receiptHandle, Duration.toSeconds(retryDelay(8, "transient")))
        yield* visibilityTimeoutEnds
        yield* expectNoMessage("A receive after the queue's timeout", url)
        yield* changeVisibility(url, first.receiptHandle, 0)
        yield* expectEqual("The receive count", (yield* receiveOne(url)).receiveCount, 2)
      })
    },
    {
      title: "A visibility timeout of more than 12 hours is rejected",
      source: `${api}/API_ChangeMessageVisibility.html`,
      check: Effect.gen(function* () {
        const { url, first } = yield* receiveFrom(newHoldingQueue("standard"))
        const change = changeVisibility(url, first.receiptHandle, 43_201)
        yield* expectFailure("43,201 seconds", change, "VisibilityUnchanged")
      })
    },
    {
      title: "A visibility timeout that ends more than 12 hours after the receive is rejected",
      source: `${api}/API_ChangeMessageVisibility.html`,
      check: Effect.gen(function* () {
        const { sleep } = yield* ConformanceTarget
        const { url, first } = yield* receiveFrom(newHoldingQueue("standard"))
        yield* sleep("2 seconds")
        const change = changeVisibility(url, first.receiptHandle, 43_200)
        yield* expectFailure("12 hours, two seconds after the receive", change, "VisibilityUnchanged")
      }),
      differs: {
        "local cloud":
          "fauxqs counts the 12 hours from the call. A property test of domain/retryDelay.ts keeps the pipeline below the limit."
      }
    }
  ]
}
