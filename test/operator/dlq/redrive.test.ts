import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Functions } from "../../../operator/aws/Functions.ts"
import { Queues } from "../../../operator/aws/Queues.ts"
import type { DeadLetterQueue } from "../../../operator/dlq/DeadLetterQueue.ts"
import { redrive } from "../../../operator/dlq/redrive.ts"
import { type AwsRequest, fakeAws, fastForward, jsonError, jsonReply } from "../../support/FakeAws.ts"
import { stackWithoutResources } from "../exampleStack.ts"

/** A queue whose URL is at the fake: the SQS client sends to the host of the queue URL. */
const fakeQueue = (): DeadLetterQueue => {
  const address = process.env["AWS_ENDPOINT_URL"]
  return { name: "exports", url: `${address}/1/dead.fifo`, source: `${address}/1/exports.fifo`, holds: "" }
}

const redriveQueue = (queue: DeadLetterQueue) =>
  redrive(queue).pipe(Effect.provide(Layer.mergeAll(Queues.layer, Functions.layer, stackWithoutResources)))

const operationOf = ({ headers }: AwsRequest) => `${headers["x-amz-target"]}`.replace("AmazonSQS.", "")

/** Replies as SQS does, with one state of the move task after the other. */
const fakeSqs = (...tasks: ReadonlyArray<object>) => {
  let polls = 0
  return fakeAws((request) => {
    switch (operationOf(request)) {
      case "GetQueueAttributes": {
        const { QueueUrl } = JSON.parse(request.body)
        return jsonReply({ Attributes: { QueueArn: `arn:${QueueUrl}`, ApproximateNumberOfMessages: "2" } })
      }
      case "StartMessageMoveTask":
        return jsonReply({ TaskHandle: "task" })
      default:
        polls++
        return jsonReply({ Results: [tasks[Math.min(polls, tasks.length) - 1]] })
    }
  })
}

describe("redrive", () => {
  it.effect("starts a move task to the source queue and waits until it has completed", () =>
    Effect.gen(function* () {
      const fake = yield* fakeSqs({ Status: "RUNNING" }, { Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 2 })
      const dead = fakeQueue()
      assert.deepStrictEqual(yield* fastForward(redriveQueue(dead)), { queue: "exports", redriven: 2, left: [] })
      assert.deepStrictEqual(fake.requests.map(operationOf), [
        "GetQueueAttributes",
        "GetQueueAttributes",
        "StartMessageMoveTask",
        "ListMessageMoveTasks",
        "ListMessageMoveTasks"
      ])
      assert.deepStrictEqual(JSON.parse(fake.requests[2]?.body ?? ""), {
        SourceArn: `arn:${dead.url}`,
        DestinationArn: `arn:${dead.source}`
      })
    })
  )

  it.effect("reports the reason of a failed move task", () =>
    Effect.gen(function* () {
      const task = { Status: "FAILED", ApproximateNumberOfMessagesMoved: 1, FailureReason: "AccessDenied" }
      yield* fakeSqs(task)
      const left = [{ why: "AccessDenied" }]
      assert.deepStrictEqual(yield* redriveQueue(fakeQueue()), { queue: "exports", redriven: 1, left })
    })
  )

  it.effect("fails if SQS rejects the move task", () =>
    Effect.gen(function* () {
      const attributes = jsonReply({ Attributes: { QueueArn: "arn" } })
      const running = jsonError("InvalidParameterValue", "There is already a task running.")
      yield* fakeAws(attributes, attributes, running)
      const { message } = yield* Effect.flip(redriveQueue(fakeQueue()))
      assert.include(message, "There is already a task running.")
    })
  )
})
