import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { perRecord } from "../../../handlers/lambda/perRecord.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"
import { captureLogs } from "../../support/captureLogs.ts"
import { failed, sqsEvent, sqsRecord } from "../../support/sqsEvents.ts"

const Message = Schema.Struct({ version: Schema.Literal(1), name: Schema.String })
type Message = typeof Message.Type

class Failed extends Schema.TaggedError<Failed>()("Failed", { name: Schema.String }) {
  override get message(): string {
    return `${this.name} failed`
  }
}

const record = (name: string, receiveCount = 1) => sqsRecord({ version: 1, name }, { id: `m-${name}`, receiveCount })
const handle = perRecord(Message, ({ name }) => ({ name }))
const onlyFor =
  <E>(failing: string, work: () => Effect.Effect<unknown, E>) =>
  ({ name }: Message) =>
    name === failing ? work() : Effect.void

describe("perRecord", () => {
  it.effect("acknowledges every record that succeeds", () =>
    Effect.gen(function* () {
      const names: Array<string> = []
      const response = yield* handle(sqsEvent(record("a"), record("b")), ({ name }) =>
        Effect.sync(() => names.push(name))
      )
      assert.deepStrictEqual(response, failed())
      assert.deepStrictEqual(names, ["a", "b"])
    })
  )

  it.effect("reports only the failed record, and logs its failure with the message's annotations", () =>
    Effect.gen(function* () {
      const work = onlyFor("b", () => new Failed({ name: "b" }))
      const { result, entries } = yield* captureLogs(handle(sqsEvent(record("a"), record("b", 3), record("c")), work))
      assert.deepStrictEqual(yield* result, failed("m-b"))
      assert.deepInclude(entries[0], {
        level: "WARN",
        message: "Record failed",
        reason: "Failed",
        detail: "b failed",
        name: "b",
        messageId: "m-b",
        receiveCount: 3
      })
      assert.strictEqual(entries.length, 1)
    })
  )

  it.effect.each([
    ["a defect", () => Effect.die(new TypeError("x is not a function"))],
    [
      "an exception thrown before the effect is built",
      () => {
        throw new TypeError("x is not a function")
      }
    ]
  ] satisfies ReadonlyArray<[string, () => Effect.Effect<never>]>)(
    "reports only the record of %s, and logs its stack",
    ([, defect]) =>
      Effect.gen(function* () {
        const event = sqsEvent(record("a"), record("b"), record("c"))
        const { result, entries } = yield* captureLogs(handle(event, onlyFor("b", defect)))
        assert.deepStrictEqual(yield* result, failed("m-b"))
        assert.deepInclude(entries[0], { reason: "Defect", detail: "x is not a function", name: "b" })
        assert.match(String(entries[0]?.["cause"]), /TypeError.*\n?.*perRecord\.test/s)
      })
  )

  it.effect("reports only the record whose work interrupts itself, and processes the others", () =>
    Effect.gen(function* () {
      const event = sqsEvent(...["a", "b", "c", "d", "e"].map((name) => record(name)))
      assert.deepStrictEqual(
        yield* handle(
          event,
          onlyFor("a", () => Effect.interrupt)
        ),
        failed("m-a")
      )
    })
  )

  it.effect.each([
    ["is not JSON", "hello", "JSON"],
    ["has another version", { version: 2, name: "z" }, "version"],
    ["has no name", { version: 1 }, "name"]
  ] as const)("reports a record whose body %s, and logs the reason", ([, body, detail]) =>
    Effect.gen(function* () {
      const event = sqsEvent(sqsRecord(body, { id: "m-bad" }), record("a"))
      const { result, entries } = yield* captureLogs(handle(event, () => Effect.void))
      assert.deepStrictEqual(yield* result, failed("m-bad"))
      assert.deepInclude(entries[0], { reason: "InvalidInput", messageId: "m-bad" })
      assert.include(String(entries[0]?.["detail"]), detail)
      assert.notInclude(String(entries[0]?.["detail"]), "\n")
    })
  )

  it.effect("fails the whole batch for an event that is not an SQS event", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(handle({ Records: [{ messageId: "m-1" }] }, () => Effect.void))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "The SQS event")
    })
  )

  it.effect("processes four records at a time", () =>
    Effect.gen(function* () {
      let running = 0
      let most = 0
      const work = () =>
        Effect.gen(function* () {
          running++
          most = Math.max(most, running)
          yield* Effect.sleep("1 second")
          running--
        })
      const records = Array.from({ length: 10 }, (_, index) => record(String(index)))
      const fiber = yield* Effect.forkChild(handle(sqsEvent(...records), work))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), failed())
      assert.strictEqual(most, 4)
    })
  )

  const deadline = Effect.provideService(InvocationDeadline, 10_000)

  it.effect("reports unfinished and unstarted records at the deadline, and interrupts the running ones", () =>
    Effect.gen(function* () {
      const interrupted: Array<string> = []
      const work = ({ name }: Message) =>
        name === "quick"
          ? Effect.void
          : Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => interrupted.push(name))))
      const event = sqsEvent(...["a", "b", "c", "quick", "d", "unstarted"].map((name) => record(name)))
      const fiber = yield* Effect.forkChild(captureLogs(deadline(handle(event, work))))
      yield* TestClock.adjust("10 seconds")
      const { result, entries } = yield* Fiber.join(fiber)
      const unfinished = ["m-a", "m-b", "m-c", "m-d", "m-unstarted"]
      assert.deepStrictEqual(yield* result, failed(...unfinished))
      assert.deepStrictEqual(interrupted, ["a", "b", "c", "d"])
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
