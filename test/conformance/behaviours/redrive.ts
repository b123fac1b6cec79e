import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Functions } from "../../../operator/aws/Functions.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import { redrive as redriveByOperator } from "../../../operator/dlq/redrive.ts"
import { Stack } from "../../../operator/stack/Stack.ts"
import { Sqs } from "../../../services/Sqs.ts"
import type { Subject } from "../Behaviour.ts"
import type { ScratchQueue } from "../ConformanceTarget.ts"
import {
  expectEqual,
  expectEventually,
  expectNone,
  expectThat,
  newPatientQueue,
  receiveOne,
  receiveThrice,
  receiveUntil,
  send
} from "../expectations.ts"

const aws = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest"
const moving = `${aws}/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html`

/** The operator's own, for a queue whose dead letters are messages: no function is invoked, and no stack asked. */
const redriven = ({ url, deadLetters }: ScratchQueue) =>
  redriveByOperator({ name: "movies", url: deadLetters, source: url, holds: "" }).pipe(Effect.provide(nobody))

const nobody = Layer.merge(
  Layer.succeed(Functions)({ invokeAsync: () => Effect.die("a message is no event of a function") }),
  Layer.succeed(Stack)({
    name: "none",
    flags: "",
    clientSettings: {},
    outputs: {
      moviesBucket: "",
      moviesTable: "",
      functions: {},
      queues: { movies: "", exports: "", loads: "" },
      deadLetterQueues: { movies: "", exports: "", loads: "", failedRuns: "", daily: "" }
    }
  })
)

const redriving = (kind: "standard" | "fifo") =>
  Effect.gen(function* () {
    const queue = yield* newPatientQueue(kind)
    const fifo = kind === "fifo" ? { groupId: "2026-11-21", deduplicationId: "m-1-enriched" } : {}
    yield* Sqs.use(({ sendAll }) => sendAll(queue.url, [{ body: "once more", ...fifo }]))
    const { messageId } = yield* receiveThrice(queue.url)
    yield* expectNone("Received a fourth time", queue.url)
    yield* expectEventually("The dead letters", visibleIn(queue.deadLetters), 1)

    yield* expectEqual("The redrive", yield* redriven(queue), { queue: "movies", redriven: 1, left: [] })
    const again = yield* receiveOne(queue.url)
    yield* expectEqual("The message", [again.body, again.receiveCount], ["once more", 1])
    yield* expectEqual("Its group", again.groupId, fifo.groupId)
    yield* expectThat("Its id", again.messageId !== messageId, "a new one", again.messageId)
    yield* expectEventually("The dead letters", visibleIn(queue.deadLetters), 0)
  })

const visibleIn = (queueUrl: string) =>
  Queues.use(({ attributes }) => Effect.map(attributes(queueUrl), ({ visible }) => visible))

const check = {
  standard: redriving("standard"),
  fifo: redriving("fifo"),

  looked: Effect.gen(function* () {
    const { url } = yield* newPatientQueue("standard")
    const { receive, release } = yield* Queues
    yield* send(url, "one", "two")
    yield* expectEventually("The messages visible", visibleIn(url), 2)
    const held = yield* receive(url, 10)
    yield* expectThat("Held by the operator", held.length > 0, "at least one", held)
    yield* release(url, held)
    yield* expectEqual("Received by others then", (yield* receiveUntil(url, 2)).length, 2)
  }),

  attributes: Effect.gen(function* () {
    const { url, deadLetters } = yield* newPatientQueue("standard")
    const { attributes } = yield* Queues
    const most = (queueUrl: string) => Effect.map(attributes(queueUrl), ({ maxReceiveCount }) => maxReceiveCount)
    yield* expectEqual("After how many receives", yield* most(url), Option.some(3))
    yield* expectEqual("Of a dead-letter queue", yield* most(deadLetters), Option.none())
    yield* send(url, "one", "two", "three")
    yield* receiveOne(url)
    const depth = Effect.map(attributes(url), ({ visible, hidden }) => ({ visible, hidden }))
    yield* expectEventually("The depth", depth, { visible: 2, hidden: 1 })
  })
}

export const redrive: Subject = {
  name: "redrive",
  heading: "The operator's commands",
  behaviours: [
    {
      title: "A redrive brings a dead letter back to its queue as a new message",
      source: moving,
      check: check.standard
    },
    {
      title: "A redrive brings one of a FIFO queue back in its group, within five minutes of its first send",
      source: moving,
      check: check.fifo
    },
    {
      title: "Messages that were looked at and let go can be received at once",
      source: `${aws}/APIReference/API_ChangeMessageVisibilityBatch.html`,
      check: check.looked
    },
    {
      title: "A queue tells its limit of receives and, sooner or later, how many messages are visible and hidden",
      source: `${aws}/APIReference/API_GetQueueAttributes.html`,
      check: check.attributes
    }
  ]
}
