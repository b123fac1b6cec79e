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

class NoLuck extends Schema.TaggedError<NoLuck>()("NoLuck", { name: Schema.String }) {
  override get message(): string {
    return `No luck with ${this.name}`
  }
}

const record = (name: string, receives = 1) => sqsRecord({ version: 1, name }, { id: `m-${name}`, receives })
const forEachRecord = perRecord(Message, ({ name }) => ({ name }))
const answer =
  <E>(program: (message: Message) => Effect.Effect<unknown, E>) =>
  (event: unknown) =>
    forEachRecord(event, program)

describe("a batch", () => {
  it.effect("of which every record succeeds has no failures", () =>
    Effect.gen(function* () {
      const names: Array<string> = []
      const result = yield* answer(({ name }) => Effect.sync(() => names.push(name)))(
        sqsEvent(record("a"), record("b"))
      )
      assert.deepStrictEqual(result, failed())
      assert.deepStrictEqual(names, ["a", "b"])
    })
  )

  it.effect("gives back the record that failed and no other", () =>
    Effect.gen(function* () {
      const { result, entries } = yield* captureLogs(
        answer(({ name }) => (name === "b" ? new NoLuck({ name }) : Effect.void))(
          sqsEvent(record("a"), record("b", 3), record("c"))
        )
      )
      assert.deepStrictEqual(yield* result, failed("m-b"))
      assert.deepInclude(entries[0], {
        level: "WARN",
        message: "Record failed",
        reason: "NoLuck",
        detail: "No luck with b",
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
      "a program that throws before it is an effect",
      () => {
        throw new TypeError("x is not a function")
      }
    ]
  ] satisfies ReadonlyArray<[string, () => Effect.Effect<never>]>)(
    "gives back the record of %s, with its stack in the log",
    ([, bug]) =>
      Effect.gen(function* () {
        const { result, entries } = yield* captureLogs(
          answer(({ name }) => (name === "b" ? bug() : Effect.void))(sqsEvent(record("a"), record("b"), record("c")))
        )
        assert.deepStrictEqual(yield* result, failed("m-b"))
        assert.deepInclude(entries[0], { reason: "Defect", detail: "x is not a function", name: "b" })
        assert.match(String(entries[0]?.["cause"]), /TypeError.*\n?.*perRecord\.test/s)
      })
  )

  it.effect("gives back a record that was interrupted from within, and goes on with the others", () =>
    Effect.gen(function* () {
      const result = yield* answer(({ name }) => (name === "a" ? Effect.interrupt : Effect.void))(
        sqsEvent(record("a"), record("b"), record("c"), record("d"), record("e"))
      )
      assert.deepStrictEqual(result, failed("m-a"))
    })
  )

  it.effect.each([
    ["is not JSON", "hello", "JSON"],
    ["is of another version", { version: 2, name: "z" }, "version"],
    ["lacks a field", { version: 1 }, "name"]
  ] as const)("gives back a record whose body %s, and says in the log what is wrong", ([, body, said]) =>
    Effect.gen(function* () {
      const { result, entries } = yield* captureLogs(
        answer(() => Effect.void)(sqsEvent(sqsRecord(body, { id: "m-bad" }), record("a")))
      )
      assert.deepStrictEqual(yield* result, failed("m-bad"))
      assert.deepInclude(entries[0], { reason: "InvalidInput", messageId: "m-bad" })
      assert.include(String(entries[0]?.["detail"]), said)
      assert.notInclude(String(entries[0]?.["detail"]), "\n")
    })
  )

  it.effect("that is no SQS event fails as a whole", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(answer(() => Effect.void)({ Records: [{ messageId: "m-1" }] }))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "The SQS event is invalid")
    })
  )

  it.effect("is worked on four records at a time", () =>
    Effect.gen(function* () {
      let running = 0
      let most = 0
      const program = () =>
        Effect.gen(function* () {
          running++
          most = Math.max(most, running)
          yield* Effect.sleep("1 second")
          running--
        })
      const names = Array.from({ length: 10 }, (_, index) => record(String(index)))
      const answering = yield* Effect.forkChild(answer(program)(sqsEvent(...names)))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* Fiber.join(answering), failed())
      assert.strictEqual(most, 4)
    })
  )
})

describe("a batch whose time is up", () => {
  const within = Effect.provideService(InvocationDeadline, 10_000)

  it.effect("gives back what is unfinished or not begun, keeps what is done, and stops the rest", () =>
    Effect.gen(function* () {
      const stopped: Array<string> = []
      const program = ({ name }: Message) =>
        name === "quick"
          ? Effect.void
          : Effect.never.pipe(Effect.onInterrupt(() => Effect.sync(() => stopped.push(name))))
      const names = ["a", "b", "c", "quick", "d", "not begun"]
      const answering = yield* Effect.forkChild(
        captureLogs(answer(program)(sqsEvent(...names.map((name) => record(name)))).pipe(within))
      )
      yield* TestClock.adjust("10 seconds")
      const { result, entries } = yield* Fiber.join(answering)
      assert.deepStrictEqual(yield* result, failed("m-a", "m-b", "m-c", "m-d", "m-not begun"))
      assert.deepStrictEqual(stopped, ["a", "b", "c", "d"])
      assert.deepInclude(entries.at(-1), { level: "ERROR", message: "Records not finished" })
      assert.deepStrictEqual(entries.at(-1)?.["unfinished"], ["m-a", "m-b", "m-c", "m-d", "m-not begun"])
    })
  )

  it.effect("answers even when a record cannot be interrupted", () =>
    Effect.gen(function* () {
      const program = ({ name }: Message) => (name === "a" ? Effect.uninterruptible(Effect.never) : Effect.void)
      const answering = yield* Effect.forkChild(answer(program)(sqsEvent(record("a"), record("b"))).pipe(within))
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(answering), failed("m-a"))
    })
  )

  it.effect("answers at once with every record when there was none", () =>
    Effect.gen(function* () {
      const result = yield* answer(() => Effect.never)(sqsEvent(record("a"), record("b"))).pipe(
        Effect.provideService(InvocationDeadline, -500)
      )
      assert.deepStrictEqual(result, failed("m-a", "m-b"))
    })
  )
})
