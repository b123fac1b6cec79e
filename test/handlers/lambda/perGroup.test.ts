import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { perGroup } from "../../../handlers/lambda/perGroup.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"
import { captureLogs } from "../../support/captureLogs.ts"
import { failed, fifoEvent, fifoRecord, sqsEvent, sqsRecord } from "../../support/sqsEvents.ts"

const Message = Schema.Struct({ n: Schema.Int })
const annotations = (group: string) => ({ group })

/** Tells of each run of the program; it fails where the messages hold a number below zero. */
const recording = () => {
  const runs: Array<ReadonlyArray<number>> = []
  const forEachGroup = perGroup(Message, annotations)
  const answer = (event: unknown) =>
    forEachGroup(event, (messages) =>
      Effect.suspend(() => {
        runs.push(messages.map(({ n }) => n))
        return messages.some(({ n }) => n < 0) ? Effect.fail(new Error("below zero")) : Effect.void
      })
    )
  return { runs, answer }
}

describe("perGroup", () => {
  it.effect("runs the program once a group, with its messages in their order, and acknowledges all", () =>
    Effect.gen(function* () {
      const { runs, answer } = recording()
      const event = fifoEvent(
        fifoRecord("a", "1", { n: 1 }),
        fifoRecord("b", "2", { n: 10 }),
        fifoRecord("a", "3", { n: 2 }),
        fifoRecord("b", "4", { n: 11 })
      )
      assert.deepStrictEqual(yield* answer(event), failed())
      assert.deepStrictEqual(runs, [
        [1, 2],
        [10, 11]
      ])
    })
  )

  it.effect("reports a group failed whole when its program fails, and no other group", () =>
    Effect.gen(function* () {
      const { answer } = recording()
      const event = fifoEvent(
        fifoRecord("a", "1", { n: 1 }),
        fifoRecord("b", "2", { n: 1 }),
        fifoRecord("a", "3", { n: -1 })
      )
      assert.deepStrictEqual(yield* answer(event), failed("1", "3"))
    })
  )

  it.effect("runs the program without a body that is no such message, which alone comes back", () =>
    Effect.gen(function* () {
      const { runs, answer } = recording()
      const { result, entries } = yield* captureLogs(
        answer(
          fifoEvent(
            fifoRecord("a", "1", { n: "one" }),
            fifoRecord("a", "2", { n: 2 }),
            fifoRecord("a", "3", "no JSON"),
            fifoRecord("a", "4", { n: 4 }),
            fifoRecord("b", "5", { n: 5 })
          )
        )
      )
      assert.deepStrictEqual(yield* result, failed("1", "3"))
      assert.deepStrictEqual(runs, [[2, 4], [5]])
      assert.deepStrictEqual(
        entries.map(({ messageId, group, reason }) => [messageId, group, reason]),
        [
          ["1", "a", "InvalidInput"],
          ["3", "a", "InvalidInput"]
        ]
      )
    })
  )

  it.effect("holds back what is behind a failure", () =>
    Effect.gen(function* () {
      const { answer } = recording()
      const event = fifoEvent(
        fifoRecord("a", "1", { n: -1 }),
        fifoRecord("a", "2", "no JSON"),
        fifoRecord("a", "3", { n: 3 })
      )
      const { result, entries } = yield* captureLogs(answer(event))
      assert.deepStrictEqual(yield* result, failed("1", "2", "3"))
      assert.deepStrictEqual(
        entries.map(({ messageId, reason }) => [messageId, reason]),
        [
          ["1", "Error"],
          ["2", "InvalidInput"],
          ["3", "EarlierMessageFailed"]
        ]
      )
    })
  )

  it.effect("does not run the program for a group without a readable message", () =>
    Effect.gen(function* () {
      const { runs, answer } = recording()
      assert.deepStrictEqual(yield* answer(fifoEvent(fifoRecord("a", "1", { n: "one" }))), failed("1"))
      assert.deepStrictEqual(runs, [])
    })
  )

  it.effect("reports all of a group failed on a defect", () =>
    Effect.gen(function* () {
      const answer = (event: unknown) => perGroup(Message, annotations)(event, () => Effect.die(new Error("a bug")))
      const event = fifoEvent(fifoRecord("a", "1", { n: 1 }), fifoRecord("a", "2", { n: 2 }))
      assert.deepStrictEqual(yield* answer(event), failed("1", "2"))
    })
  )

  it.effect("reports failed what was not done in time, also the groups it did not come to", () =>
    Effect.gen(function* () {
      const answer = (event: unknown) =>
        perGroup(Message, annotations)(event, ([first]) => (first?.n === 2 ? Effect.never : Effect.void))
      const event = fifoEvent(
        fifoRecord("a", "1", { n: 1 }),
        fifoRecord("b", "2", { n: 2 }),
        fifoRecord("c", "3", { n: 1 })
      )
      const fiber = yield* Effect.forkChild(Effect.provideService(answer(event), InvocationDeadline, 10_000))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), failed("2", "3"))
    })
  )

  it.effect("refuses the event of a queue that is not FIFO", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(recording().answer(sqsEvent(sqsRecord({ n: 1 }))))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "MessageGroupId")
    })
  )
})
