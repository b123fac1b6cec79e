import * as Effect from "effect/Effect"
import type { Subject } from "../Behaviour.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import {
  expectEqual,
  expectFailure,
  expectNone,
  expectThat,
  newPatientQueue,
  receiveOne,
  receiveThrice,
  receiveUntil,
  send,
  untilVisible
} from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest"
const batches = `${aws}/APIReference/API_SendMessageBatch.html`
const sending = `${aws}/APIReference/API_SendMessage.html`
const deadLetters = `${aws}/SQSDeveloperGuide/sqs-dead-letter-queues.html`
const deleting = `${aws}/APIReference/API_DeleteMessage.html`

const bodiesOf = (received: ReadonlyArray<{ readonly body: string }>) => received.map(({ body }) => body).toSorted()

const check = {
  batches: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    const small = Array.from({ length: 25 }, (_, n) => `message ${n}`)
    const large = ["a", "b", "c"].map((letter) => letter.repeat(100 * 1024))
    yield* send(url, ...small, ...large)
    const received = yield* receiveUntil(url, 28)
    yield* expectEqual("The bodies", bodiesOf(received), [...small, ...large].toSorted())
    yield* expectNone("Received besides", url)
  }),

  characters: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    const body = 'Léon, WALL·E \u{1F3AC} 𐍈 e\u0301 \uE000\uE0001f3a \uFFFD\r\n\t<a href="x"> &amp; \\u0000 {}'
    yield* send(url, body)
    yield* expectEqual("The body", (yield* receiveOne(url)).body, body)
  }),

  refused: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    const refusal = yield* expectFailure("A batch", send(url, "one", "two \uFFFE", "three"), "MessagesUnsent")
    yield* expectEqual("How many were not sent", refusal.unsent, 1)
    yield* expectEqual("The others", bodiesOf(yield* receiveUntil(url, 2)), ["one", "three"])
  }),

  equal: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "the same")
    yield* send(url, "the same")
    const [one, other] = yield* receiveUntil(url, 2)
    yield* expectEqual("The bodies", [one?.body, other?.body], ["the same", "the same"])
    yield* expectThat("Their ids", one?.messageId !== other?.messageId, "two", one?.messageId)
  }),

  deleted: Effect.gen(function* () {
    const { newQueue, remove } = yield* ConformanceTarget
    const { url } = yield* newQueue("standard")
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* remove(url, receiptHandle)
    yield* untilVisible
    yield* expectNone("Received after the timeout", url)
  }),

  deadLetter: Effect.gen(function* () {
    const { url, deadLetters } = yield* newPatientQueue("standard")
    yield* send(url, "hopeless \u{1F3AC}")
    const { messageId } = yield* receiveThrice(url)
    yield* expectNone("Received a fourth time", url)
    const letter = yield* receiveOne(deadLetters)
    yield* expectEqual("The dead letter", [letter.messageId, letter.body], [messageId, "hopeless \u{1F3AC}"])
  })
}

export const sqs: Subject = {
  name: "sqs",
  heading: "SQS, standard queues",
  behaviours: [
    {
      title: "Batches of ten messages and of 256 KiB are taken, and every message arrives once",
      source: batches,
      check: check.batches
    },
    { title: "A body arrives as it was sent, whatever characters SQS takes", source: sending, check: check.characters },
    { title: "A body that SQS does not take is refused alone in its batch", source: batches, check: check.refused },
    {
      title: "A body that is sent again is another message, with an id of its own",
      source: sending,
      check: check.equal
    },
    {
      title: "A deleted message does not come back",
      source: deleting,
      check: check.deleted
    },
    {
      title: "A message received as often as allowed goes to the dead-letter queue, with its id and body",
      source: deadLetters,
      check: check.deadLetter
    }
  ]
}
