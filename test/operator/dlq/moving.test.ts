import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Functions } from "../../../operator/aws/Functions.ts"
import { MoveTasks } from "../../../operator/aws/MoveTasks.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import type { DeadLetterQueue } from "../../../operator/dlq/DeadLetterQueue.ts"
import { redrive } from "../../../operator/dlq/redrive.ts"
import { Stack } from "../../../operator/stack/Stack.ts"
import { type AwsRequest, fakeAws, jsonReply } from "../../support/FakeAws.ts"

/** At the address of the fake, since the client sends to where a queue's address points. */
const aQueue = (): DeadLetterQueue => {
  const address = process.env["AWS_ENDPOINT_URL"]
  return { name: "exports", url: `${address}/1/dead.fifo`, source: `${address}/1/exports.fifo`, holds: "" }
}

const redriving = (queue: DeadLetterQueue) =>
  redrive(queue).pipe(
    Effect.provide(Layer.mergeAll(Queues.layer, MoveTasks.layer, Functions.layer)),
    Effect.provideService(Stack, Stack.of({ name: "a stack", flags: "", clientSettings: {}, outputs }))
  )

const outputs = {
  moviesBucket: "",
  moviesTable: "",
  functions: {},
  queues: { movies: "", exports: "", loads: "" },
  deadLetterQueues: { movies: "", exports: "", loads: "", failedRuns: "", daily: "" }
}

const operationOf = ({ headers }: AwsRequest) => `${headers["x-amz-target"]}`.replace("AmazonSQS.", "")

/** Answers as SQS would, whose latest move task stands so, one after the other. */
const sqs = (...tasks: ReadonlyArray<object>) => {
  let asked = 0
  return fakeAws((request) => {
    switch (operationOf(request)) {
      case "GetQueueAttributes": {
        const { QueueUrl } = JSON.parse(request.body)
        return jsonReply({ Attributes: { QueueArn: `arn of ${QueueUrl}`, ApproximateNumberOfMessages: "2" } })
      }
      case "StartMessageMoveTask":
        return jsonReply({ TaskHandle: "task" })
      default:
        asked++
        return jsonReply({ Results: [tasks[Math.min(asked, tasks.length) - 1]] })
    }
  })
}

describe("a redrive, where SQS moves messages itself,", () => {
  it.effect("leaves it to SQS, to the queue they came from, and tells how many once it is done", () =>
    Effect.gen(function* () {
      const fake = yield* sqs({ Status: "RUNNING" }, { Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 2 })
      const dead = aQueue()
      const fiber = yield* Effect.forkChild(redriving(dead))
      yield* Effect.promise(() => until(() => fake.requests.some((each) => operationOf(each).startsWith("List"))))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(fiber), { queue: "exports", redriven: 2, left: [] })
      assert.deepStrictEqual(fake.requests.map(operationOf), [
        "GetQueueAttributes",
        "GetQueueAttributes",
        "StartMessageMoveTask",
        "ListMessageMoveTasks",
        "ListMessageMoveTasks"
      ])
      assert.deepStrictEqual(JSON.parse(fake.requests[2]?.body ?? ""), {
        SourceArn: `arn of ${dead.url}`,
        DestinationArn: `arn of ${dead.source}`
      })
    })
  )

  it.effect("tells of one that SQS gave up", () =>
    Effect.gen(function* () {
      const task = { Status: "FAILED", ApproximateNumberOfMessagesMoved: 1, FailureReason: "AccessDenied" }
      yield* sqs(task)
      const left = [{ why: "AccessDenied" }]
      assert.deepStrictEqual(yield* redriving(aQueue()), { queue: "exports", redriven: 1, left })
    })
  )

  it.effect("fails where SQS refuses to begin", () =>
    Effect.gen(function* () {
      const attributes = jsonReply({ Attributes: { QueueArn: "arn" } })
      const __type = "com.amazonaws.sqs#InvalidParameterValue"
      yield* fakeAws(attributes, attributes, jsonReply({ __type, message: "There is already a task running." }, 400))
      const { message } = yield* Effect.flip(redriving(aQueue()))
      assert.include(message, "There is already a task running.")
    })
  )
})

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
