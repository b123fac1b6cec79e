import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Functions } from "../../../operator/aws/Functions.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import { redrive as operatorRedrive } from "../../../operator/dlq/redrive.ts"
import { Sqs } from "../../../services/Sqs.ts"
import { stackWithoutResources } from "../../operator/exampleStack.ts"
import type { Subject } from "../conformance.ts"
import {
  expectEqual,
  expectEventually,
  expectNoMessage,
  expectThat,
  newHoldingQueue,
  receiveMany,
  receiveOne,
  receiveThrice,
  send
} from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest"
const moving = `${aws}/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html`

/** Dead letters that are messages: the redrive invokes no function and reads no stack output. */
const unused = Layer.merge(
  Layer.succeed(Functions)({ invokeAsync: () => Effect.die("unexpected invocation") }),
  stackWithoutResources
)

const visibleIn = (queueUrl: string) =>
  Queues.use(({ attributes }) => Effect.map(attributes(queueUrl), ({ visible }) => visible))

const redriveDeadLetter = (type: "standard" | "fifo") =>
  Effect.gen(function* () {
    const { url, deadLetterQueueUrl } = yield* newHoldingQueue(type)
    const fifo = type === "fifo" ? { groupId: "2026-11-21", deduplicationId: "m-1-enriched" } : {}
    yield* Sqs.use(({ sendAll }) => sendAll(url, [{ body: "once more", ...fifo }]))
    const { messageId } = yield* receiveThrice(url)
    yield* expectNoMessage("The fourth receive", url)
    yield* expectEventually("The number of dead letters", visibleIn(deadLetterQueueUrl), 1)

    const queue = { name: "movies", url: deadLetterQueueUrl, source: url, holds: "" } as const
    const result = yield* Effect.provide(operatorRedrive(queue), unused)
    yield* expectEqual("The result", result, { queue: "movies", redriven: 1, left: [] })
    const redriven = yield* receiveOne(url)
    const { body, receiveCount, groupId } = redriven
    yield* expectEqual("The message", [body, receiveCount, groupId], ["once more", 1, fifo.groupId])
    yield* expectThat("Its id", redriven.messageId !== messageId, "a new id", messageId)
    yield* expectEventually("The number of dead letters", visibleIn(deadLetterQueueUrl), 0)
  })

export const redrive: Subject = {
  name: "redrive",
  heading: "The operator's commands",
  behaviours: [
    {
      title: "A redrive delivers a dead letter to its source queue as a new message",
      source: moving,
      check: redriveDeadLetter("standard")
    },
    {
      title: "A redrive of a FIFO queue delivers the message in its group, within five minutes of its first send",
      source: moving,
      check: redriveDeadLetter("fifo")
    },
    {
      title: "Released messages can be received at once",
      source: `${aws}/APIReference/API_ChangeMessageVisibilityBatch.html`,
      check: Effect.gen(function* () {
        const { url } = yield* newHoldingQueue("standard")
        const { receive, release } = yield* Queues
        yield* send(url, "one", "two")
        yield* expectEventually("The number of visible messages", visibleIn(url), 2)
        const received = yield* receive(url, 10)
        yield* expectThat("The operator's receive", received.length > 0, "at least one message", received)
        yield* release(url, received)
        yield* receiveMany(url, 2)
      })
    },
    {
      title: "GetQueueAttributes returns maxReceiveCount and, eventually, the numbers of visible and hidden messages",
      source: `${aws}/APIReference/API_GetQueueAttributes.html`,
      check: Effect.gen(function* () {
        const { url, deadLetterQueueUrl } = yield* newHoldingQueue("standard")
        const { attributes } = yield* Queues
        yield* expectEqual("maxReceiveCount", (yield* attributes(url)).maxReceiveCount, Option.some(3))
        const { maxReceiveCount } = yield* attributes(deadLetterQueueUrl)
        yield* expectEqual("maxReceiveCount of a dead-letter queue", maxReceiveCount, Option.none())
        yield* send(url, "one", "two", "three")
        yield* receiveOne(url)
        const depth = Effect.map(attributes(url), ({ visible, hidden }) => ({ visible, hidden }))
        yield* expectEventually("The depth", depth, { visible: 2, hidden: 1 })
      })
    }
  ]
}
