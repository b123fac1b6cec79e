import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { waitAfter } from "../../domain/waits.ts"
import { Sqs } from "../../services/Sqs.ts"
import type { Subject } from "./Behaviour.ts"
import { expectEqual, expectFailure, expectNone, receiveOne, receiveUntil } from "./expecting.ts"
import { Site } from "./Site.ts"

const aws = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest"
const batches = `${aws}/APIReference/API_SendMessageBatch.html`
const sending = `${aws}/APIReference/API_SendMessage.html`
const visibility = `${aws}/SQSDeveloperGuide/sqs-visibility-timeout.html`
const changing = `${aws}/APIReference/API_ChangeMessageVisibility.html`
const deadLetters = `${aws}/SQSDeveloperGuide/sqs-dead-letter-queues.html`

export const send = (queueUrl: string, ...bodies: ReadonlyArray<string>) =>
  Sqs.use(({ sendAll }) =>
    sendAll(
      queueUrl,
      bodies.map((body) => ({ body }))
    )
  )

export const changeVisibility = (queueUrl: string, receiptHandle: string, seconds: number) =>
  Sqs.use(({ changeVisibility }) => changeVisibility(queueUrl, receiptHandle, seconds))

/** The queue's visibility timeout, and a second more. */
export const untilVisible = Effect.flatMap(Site, ({ pass, visibilitySeconds }) =>
  pass(Duration.seconds(visibilitySeconds + 1))
)

/** A queue whose messages come back only where something is done about it, while a behaviour looks. */
export const newPatientQueue = (kind: "standard" | "fifo") =>
  Effect.flatMap(Site, ({ newQueue }) => newQueue(kind, 600))
const newQueue = Effect.flatMap(Site, ({ newQueue }) => newQueue("standard"))

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

  timeout: Effect.gen(function* () {
    const { url } = yield* newQueue
    yield* send(url, "work")
    const first = yield* receiveOne(url)
    yield* expectEqual("The first receive count", first.receiveCount, 1)
    yield* expectNone("Received while it is hidden", url)
    yield* untilVisible
    const second = yield* receiveOne(url)
    yield* expectEqual("The message", [second.messageId, second.body], [first.messageId, "work"])
    yield* expectEqual("The second receive count", second.receiveCount, 2)
  }),

  released: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "work")
    const first = yield* receiveOne(url)
    yield* changeVisibility(url, first.receiptHandle, 0)
    const second = yield* receiveOne(url)
    yield* expectEqual("The message", [second.messageId, second.receiveCount], [first.messageId, 2])
  }),

  shorter: Effect.gen(function* () {
    const { pass } = yield* Site
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* changeVisibility(url, receiptHandle, 2)
    yield* expectNone("Received while it is hidden", url)
    yield* pass("3 seconds")
    yield* expectEqual("The receive count", (yield* receiveOne(url)).receiveCount, 2)
  }),

  longest: Effect.gen(function* () {
    const { url } = yield* newQueue
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* changeVisibility(url, receiptHandle, Duration.toSeconds(waitAfter(8, "passing")))
    yield* untilVisible
    yield* expectNone("Received after the queue's own timeout", url)
    yield* changeVisibility(url, receiptHandle, 0)
    yield* expectEqual("The receive count", (yield* receiveOne(url)).receiveCount, 2)
  }),

  limit: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* expectFailure("43,201 seconds", changeVisibility(url, receiptHandle, 43_201), "VisibilityUnchanged")
  }),

  limitFromReceive: Effect.gen(function* () {
    const { pass } = yield* Site
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* pass("2 seconds")
    const late = changeVisibility(url, receiptHandle, 43_200)
    yield* expectFailure("12 hours, two seconds after the receive", late, "VisibilityUnchanged")
  }),

  deleted: Effect.gen(function* () {
    const { remove } = yield* Site
    const { url } = yield* newQueue
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* remove(url, receiptHandle)
    yield* expectFailure("A wait for what is deleted", changeVisibility(url, receiptHandle, 60), "VisibilityUnchanged")
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

/** Receives a message as often as its queue allows; it is visible again at once, and the next receive is its end. */
export const receiveThrice = Effect.fnUntraced(function* (queueUrl: string) {
  for (const count of [1, 2]) {
    const { receiptHandle, receiveCount } = yield* receiveOne(queueUrl)
    yield* expectEqual("The receive count", receiveCount, count)
    yield* changeVisibility(queueUrl, receiptHandle, 0)
  }
  const last = yield* receiveOne(queueUrl)
  yield* expectEqual("The receive count", last.receiveCount, 3)
  yield* changeVisibility(queueUrl, last.receiptHandle, 0)
  return last
})

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
      title: "A received message is hidden until its visibility timeout ends, then comes with a count one higher",
      source: visibility,
      check: check.timeout
    },
    {
      title: "A visibility timeout of zero lets a message be received at once",
      source: changing,
      check: check.released
    },
    { title: "A visibility timeout made shorter ends sooner", source: changing, check: check.shorter },
    {
      title: "The pipeline's longest wait is taken, and outlasts the queue's own timeout",
      source: changing,
      check: check.longest
    },
    { title: "A visibility timeout of more than 12 hours is refused", source: changing, check: check.limit },
    {
      title: "A visibility timeout that would end more than 12 hours after the receive is refused",
      source: visibility,
      check: check.limitFromReceive,
      differs: {
        "local cloud":
          "fauxqs counts the 12 hours from the call. A property test on domain/waits.ts holds the pipeline to the limit."
      }
    },
    {
      title: "A deleted message does not come back, and cannot be put off any more",
      source: visibility,
      check: check.deleted
    },
    {
      title: "A message received as often as allowed goes to the dead-letter queue, with its id and body",
      source: deadLetters,
      check: check.deadLetter
    }
  ]
}
