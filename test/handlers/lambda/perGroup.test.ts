import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { perGroup } from "../../../handlers/lambda/perGroup.ts"
import { captureLogs } from "../../support/captureLogs.ts"
import { failed, sqsEvent, sqsRecord } from "../../support/sqsEvents.ts"

const Message = Schema.Struct({ n: Schema.Int })
const handle = perGroup(Message, (group) => ({ group }))
const record = (group: string, id: string, body: unknown) => sqsRecord(body, { group, id })

/** Records the messages of each call, and fails where one is negative. */
const recorder = () => {
  const calls: Array<ReadonlyArray<number>> = []
  const work = (messages: ReadonlyArray<typeof Message.Type>) =>
    Effect.suspend(() => {
      calls.push(messages.map(({ n }) => n))
      return messages.some(({ n }) => n < 0) ? Effect.fail(new Error("negative")) : Effect.void
    })
  return { calls, work }
}

describe("perGroup", () => {
  it.effect("processes each group once, with its messages in order, and acknowledges all records", () =>
    Effect.gen(function* () {
      const { calls, work } = recorder()
      const event = sqsEvent(
        record("a", "1", { n: 1 }),
        record("b", "2", { n: 10 }),
        record("a", "3", { n: 2 }),
        record("b", "4", { n: 11 })
      )
      assert.deepStrictEqual(yield* handle(event, work), failed())
      assert.deepStrictEqual(calls, [
        [1, 2],
        [10, 11]
      ])
    })
  )

  it.effect("reports every record of a failed group, and no other group", () =>
    Effect.gen(function* () {
      const event = sqsEvent(record("a", "1", { n: 1 }), record("b", "2", { n: 1 }), record("a", "3", { n: -1 }))
      assert.deepStrictEqual(yield* handle(event, recorder().work), failed("1", "3"))
    })
  )

  it.effect("processes a group without its invalid records, and reports only those", () =>
    Effect.gen(function* () {
      const { calls, work } = recorder()
      const event = sqsEvent(
        record("a", "1", { n: "one" }),
        record("a", "2", { n: 2 }),
        record("a", "3", "not JSON"),
        record("a", "4", { n: 4 }),
        record("b", "5", { n: 5 }),
        record("c", "6", { n: "six" })
      )
      const { result, entries } = yield* captureLogs(handle(event, work))
      assert.deepStrictEqual(yield* result, failed("1", "3", "6"))
      assert.deepStrictEqual(calls, [[2, 4], [5]])
      assert.deepStrictEqual(
        entries.map(({ messageId, group, reason }) => [messageId, group, reason]),
        [
          ["1", "a", "InvalidInput"],
          ["3", "a", "InvalidInput"],
          ["6", "c", "InvalidInput"]
        ]
      )
    })
  )

  it.effect("reports the records behind a failure, with the reason of each", () =>
    Effect.gen(function* () {
      const event = sqsEvent(record("a", "1", { n: -1 }), record("a", "2", "not JSON"), record("a", "3", { n: 3 }))
      const { result, entries } = yield* captureLogs(handle(event, recorder().work))
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

  it.effect("rejects the event of a queue that is not FIFO", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(handle(sqsEvent(sqsRecord({ n: 1 })), recorder().work))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "MessageGroupId")
    })
  )
})
