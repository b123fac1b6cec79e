import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { retryDelay } from "../../../domain/retryDelay.ts"
import type { Subject } from "../Behaviour.ts"
import { ConformanceTarget } from "../ConformanceTarget.ts"
import {
  changeVisibility,
  expectEqual,
  expectFailure,
  expectNone,
  newPatientQueue,
  receiveOne,
  send,
  untilVisible
} from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest"
const hiding = `${aws}/SQSDeveloperGuide/sqs-visibility-timeout.html`
const changing = `${aws}/APIReference/API_ChangeMessageVisibility.html`

const newQueue = Effect.flatMap(ConformanceTarget, ({ newQueue }) => newQueue("standard"))

const check = {
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
    const { pass } = yield* ConformanceTarget
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* changeVisibility(url, receiptHandle, 3)
    yield* expectNone("Received while it is hidden", url)
    yield* pass("4 seconds")
    yield* expectEqual("The receive count", (yield* receiveOne(url)).receiveCount, 2)
  }),

  longest: Effect.gen(function* () {
    const { url } = yield* newQueue
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* changeVisibility(url, receiptHandle, Duration.toSeconds(retryDelay(8, "transient")))
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
    const { pass } = yield* ConformanceTarget
    const { url } = yield* newPatientQueue("standard")
    yield* send(url, "work")
    const { receiptHandle } = yield* receiveOne(url)
    yield* pass("2 seconds")
    const late = changeVisibility(url, receiptHandle, 43_200)
    yield* expectFailure("12 hours, two seconds after the receive", late, "VisibilityUnchanged")
  })
}

export const visibility: Subject = {
  name: "visibility",
  heading: "SQS, visibility timeouts",
  behaviours: [
    {
      title: "A received message is hidden until its visibility timeout ends, then comes with a count one higher",
      source: hiding,
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
      source: changing,
      check: check.limitFromReceive,
      differs: {
        "local cloud":
          "fauxqs counts the 12 hours from the call. A property test on domain/waits.ts holds the pipeline to the limit."
      }
    }
  ]
}
