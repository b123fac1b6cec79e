import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { onEvent, onLambda } from "../../../handlers/lambda/onLambda.ts"
import { InvocationDeadline, remainingTime } from "../../../services/InvocationDeadline.ts"

class Builds extends Context.Service<Builds, number>()("test/Builds") {}
class NotReady extends Schema.TaggedError<NotReady>()("NotReady", {}) {
  override get message(): string {
    return "The service is not ready"
  }
}

const invocation = (remaining = 60_000) => ({
  functionName: "the-function",
  awsRequestId: "request-1",
  getRemainingTimeInMillis: () => remaining
})
const rejectionOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

const lines: Array<Record<string, unknown>> = []
beforeEach(() => {
  lines.length = 0
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0)
})
afterEach(() => vi.restoreAllMocks())

describe("onLambda", () => {
  it("builds its layer again in the next invocation after a failure, and keeps it after a success", async () => {
    let builds = 0
    const layer = Layer.effect(
      Builds,
      Effect.suspend(() => (++builds < 3 ? new NotReady() : Effect.succeed(builds)))
    )
    const handler = onLambda((event) => Builds.use((count) => Effect.succeed([event, count])), layer)
    for (const _ of [1, 2]) {
      const error = await rejectionOf(handler({}, invocation()))
      assert.instanceOf(error, Error)
      assert.deepInclude(error, { name: "NotReady", message: "The service is not ready" })
    }
    assert.deepStrictEqual(await handler("a", invocation()), ["a", 3])
    assert.deepStrictEqual(await handler("b", invocation()), ["b", 3])
  })

  it.each([
    ["a typed error", () => new NotReady(), "NotReady", "The service is not ready"],
    ["a defect", () => Effect.die(new TypeError("x is\nnot a function")), "Defect", "x is not a function"]
  ] as const)(
    "rejects after %s with the reason as name and one line as message, and logs it",
    async (_, handle, name, message) => {
      const error = await rejectionOf(onLambda(handle, Layer.empty)({}, invocation()))
      assert.instanceOf(error, Error)
      assert.deepInclude(error, { name, message })
      assert.deepInclude(lines[0], {
        level: "ERROR",
        message: "Invocation failed",
        reason: name,
        detail: message,
        requestId: "request-1"
      })
    }
  )

  it("writes log lines with the request to stdout and not through console.log", async () => {
    // Lambda wraps what is written through console.log into a JSON of its own.
    const log = vi.spyOn(console, "log")
    await onLambda(() => Effect.logInfo("working"), Layer.empty)({}, invocation())
    assert.deepInclude(lines[0], { message: "working", requestId: "request-1" })
    assert.deepStrictEqual([lines.length, log.mock.calls], [1, []])
  })

  it("sets the deadline two seconds before the function's timeout", async () => {
    const before = Date.now()
    const deadline = await onLambda(() => InvocationDeadline, Layer.empty)({}, invocation(30_000))
    assert.isAtLeast(deadline, before + 28_000)
    assert.isAtMost(deadline, Date.now() + 28_000)
    const left = await onLambda(() => remainingTime, Layer.empty)({}, invocation(1_000))
    assert.isTrue(Duration.isZero(left))
  })
})

describe("onEvent", () => {
  const Event = Schema.Struct({ name: Schema.String })

  it.effect("fails without running the program when the event is invalid", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(onEvent(Event, () => Effect.die("not run"))({ name: 1 }))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, "event")
      assert.include(error.message, "name")
    })
  )

  it.effect("fails with OutOfTime at the deadline", () =>
    Effect.gen(function* () {
      const handled = onEvent(Event, () => Effect.never)({ name: "movie" })
      const fiber = yield* Effect.forkChild(
        Effect.flip(handled).pipe(Effect.provideService(InvocationDeadline, 10_000))
      )
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "OutOfTime")
    })
  )
})
