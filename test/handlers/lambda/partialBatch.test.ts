import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { perGroup } from "../../../handlers/lambda/perGroup.ts"
import { perRecord } from "../../../handlers/lambda/perRecord.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"
import { ranksUpTo } from "../../support/exampleRun.ts"
import { captureLogs } from "../../support/runEffects.ts"
import { failed, sqsEvent, sqsRecord } from "../../support/sqsEvents.ts"

class Failed extends Schema.TaggedError<Failed>()("Failed", {}) {
  override get message(): string {
    return "The work failed"
  }
}

describe("perRecord", () => {
  const Message = Schema.Struct({ version: Schema.Literal(1), name: Schema.String })
  type Message = typeof Message.Type
  const record = (name: string, receiveCount = 1) => sqsRecord({ version: 1, name }, { id: `m-${name}`, receiveCount })
  const handle = perRecord(Message, {
    annotations: ({ name }) => ({ name }),
    isUrgent: ({ name }) => name === "urgent"
  })
  const onlyFor =
    <E>(failing: string, work: () => Effect.Effect<unknown, E>) =>
    ({ name }: Message) =>
      name === failing ? work() : Effect.void

  it.effect("reports only the failed record, and logs its failure with the message's annotations", () =>
    Effect.gen(function* () {
      const work = onlyFor("b", () => new Failed())
      const { result, entries } = yield* captureLogs(handle(sqsEvent(record("a"), record("b", 3), record("c")), work))
      assert.deepStrictEqual(yield* result, failed("m-b"))
      assert.deepInclude(entries[0], {
        level: "WARN",
        message: "Record failed",
        reason: "Failed",
        detail: "The work failed",
        name: "b",
        messageId: "m-b",
        receiveCount: 3
      })
      assert.strictEqual(entries.length, 1)
    })
  )

  const exception = () => {
    throw new TypeError("x is not a function")
  }
  it.effect.each([
    ["a defect", () => Effect.die(new TypeError("x is not a function"))],
    ["an exception thrown before the effect is built", exception]
  ] satisfies ReadonlyArray<[string, () => Effect.Effect<never>]>)(
    "reports only the record of %s, and logs its stack",
    ([, defect]) =>
      Effect.gen(function* () {
        const event = sqsEvent(record("a"), record("b"), record("c"))
        const { result, entries } = yield* captureLogs(handle(event, onlyFor("b", defect)))
        assert.deepStrictEqual(yield* result, failed("m-b"))
        assert.deepInclude(entries[0], { reason: "Defect", detail: "x is not a function", name: "b" })
        assert.match(String(entries[0]?.["cause"]), /TypeError.*\n?.*partialBatch\.test/s)
      })
  )

  it.effect("reports only the record whose work interrupts itself, and processes the others", () =>
    Effect.gen(function* () {
      const event = sqsEvent(...["a", "b", "c", "d", "e"].map((name) => record(name)))
      const work = onlyFor("a", () => Effect.interrupt)
      assert.deepStrictEqual(yield* handle(event, work), failed("m-a"))
    })
  )

  it.effect.each([
    ["is not JSON", "hello", "JSON"],
    ["has another version", { version: 2, name: "z" }, "version"]
  ] as const)("reports a record whose body %s, and logs the reason", ([, body, detail]) =>
    Effect.gen(function* () {
      const event = sqsEvent(sqsRecord(body, { id: "m-bad" }), record("a"))
      const { result, entries } = yield* captureLogs(handle(event, () => Effect.void))
      assert.deepStrictEqual(yield* result, failed("m-bad"))
      assert.deepInclude(entries[0], { reason: "InvalidInput", messageId: "m-bad" })
      assert.include(String(entries[0]?.["detail"]), detail)
    })
  )

  it.effect("fails the whole batch for an event that is not an SQS event", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(handle({ Records: [{ messageId: "m-1" }] }, () => Effect.void))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "The SQS event")
    })
  )

  /** The names in the order in which their work begins; "two at once" where another has not ended yet. */
  const orderOf = (...records: ReadonlyArray<ReturnType<typeof record>>) =>
    Effect.gen(function* () {
      let running = 0
      const order: Array<string> = []
      const work = ({ name }: Message) =>
        Effect.gen(function* () {
          if (running > 0) order.push("two at once")
          order.push(name)
          running++
          yield* Effect.sleep("1 second")
          running--
        })
      const fiber = yield* Effect.forkChild(handle(sqsEvent(...records), work))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), failed())
      return order
    })

  it.effect("processes the records of a batch at once when all are received for the first time", () =>
    Effect.gen(function* () {
      const order = yield* orderOf(record("a"), record("b"), record("urgent"))
      assert.deepStrictEqual(order, ["a", "two at once", "b", "two at once", "urgent"])
    })
  )

  it.effect(
    "processes a batch with a retried record one by one, urgent messages first, the others in random order",
    () =>
      Effect.gen(function* () {
        const batch = [record("a"), record("b", 2), record("c"), record("urgent")]
        const orders = yield* Effect.forEach(ranksUpTo(150), () => orderOf(...batch))
        assert.isTrue(orders.every((order) => order.length === 4 && order[0] === "urgent"))
        assert.strictEqual(new Set(orders.map(([, ...others]) => others.join(""))).size, 6)
      })
  )

  const deadline = Effect.provideService(InvocationDeadline, 10_000)

  it.effect("reports the unfinished records at the deadline, and interrupts them", () =>
    Effect.gen(function* () {
      const interrupted: Array<string> = []
      const work = ({ name }: Message) =>
        name === "quick"
          ? Effect.void
          : Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => interrupted.push(name))))
      const event = sqsEvent(...["quick", "a", "b"].map((name) => record(name)))
      const fiber = yield* Effect.forkChild(captureLogs(deadline(handle(event, work))))
      yield* TestClock.adjust("10 seconds")
      const { result, entries } = yield* Fiber.join(fiber)
      const unfinished = ["m-a", "m-b"]
      assert.deepStrictEqual(yield* result, failed(...unfinished))
      assert.deepStrictEqual(interrupted, ["a", "b"])
      assert.deepInclude(entries.at(-1), { level: "ERROR", message: "Records not finished", unfinished })
    })
  )

  it.effect("responds at the deadline although a record cannot be interrupted", () =>
    Effect.gen(function* () {
      const work = onlyFor("a", () => Effect.uninterruptible(Effect.never))
      const fiber = yield* Effect.forkChild(deadline(handle(sqsEvent(record("a"), record("b")), work)))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), failed("m-a"))
    })
  )
})

describe("perGroup", () => {
  const Message = Schema.Struct({ n: Schema.Int })
  const record = (group: string, id: string, body: unknown) => sqsRecord(body, { group, id })
  /** Handles the records, and returns the messages of each call, too. The work fails where one is negative. */
  const handle = (...records: ReadonlyArray<ReturnType<typeof sqsRecord>>) =>
    Effect.gen(function* () {
      const calls: Array<ReadonlyArray<number>> = []
      const work = (messages: ReadonlyArray<typeof Message.Type>) =>
        Effect.suspend(() => {
          calls.push(messages.map(({ n }) => n))
          return messages.some(({ n }) => n < 0) ? new Failed() : Effect.void
        })
      const { result, entries } = yield* captureLogs(
        perGroup(Message, (group) => ({ group }))(sqsEvent(...records), work)
      )
      const reasons = entries.map(({ messageId, group, reason }) => `${messageId} ${group} ${reason}`)
      return { response: yield* result, calls, reasons }
    })

  it.effect("processes each group once, with its valid messages in order, and reports only the invalid records", () =>
    Effect.gen(function* () {
      const { response, calls, reasons } = yield* handle(
        record("a", "1", { n: "one" }),
        record("b", "2", { n: 10 }),
        record("a", "3", { n: 2 }),
        record("a", "4", "not JSON"),
        record("b", "5", { n: 11 }),
        record("a", "6", { n: 4 }),
        record("c", "7", { n: "seven" })
      )
      assert.deepStrictEqual(response, failed("1", "4", "7"))
      assert.deepStrictEqual(calls, [
        [2, 4],
        [10, 11]
      ])
      assert.deepStrictEqual(reasons, ["1 a InvalidInput", "4 a InvalidInput", "7 c InvalidInput"])
    })
  )

  it.effect("reports every record of a failed group with its reason, and no other group", () =>
    Effect.gen(function* () {
      const { response, reasons } = yield* handle(
        record("a", "1", { n: -1 }),
        record("b", "2", { n: 1 }),
        record("a", "3", "not JSON"),
        record("a", "4", { n: 3 })
      )
      assert.deepStrictEqual(response, failed("1", "3", "4"))
      assert.deepStrictEqual(reasons, ["1 a Failed", "3 a InvalidInput", "4 a EarlierMessageFailed"])
    })
  )

  it.effect("rejects the event of a queue that is not FIFO", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(handle(sqsRecord({ n: 1 })))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "MessageGroupId")
    })
  )
})
