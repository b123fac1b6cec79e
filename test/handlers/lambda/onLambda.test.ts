import { afterEach, assert, beforeEach, it, vi } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { onLambda } from "../../../handlers/lambda/onLambda.ts"
import { perRecord } from "../../../handlers/lambda/perRecord.ts"
import { InvocationDeadline, remainingTime } from "../../../services/InvocationDeadline.ts"
import { failed, sqsEvent, sqsRecord } from "../../support/sqsEvents.ts"

class Answer extends Context.Service<Answer, number>()("test/Answer") {}
class NotYet extends Schema.TaggedError<NotYet>()("NotYet", {}) {
  override get message(): string {
    return "The answer is not there yet"
  }
}

const forEachRecord = perRecord(Schema.Unknown, () => ({}))

const invocation = (remaining = 60_000) => ({
  functionName: "the-function",
  awsRequestId: "request-1",
  getRemainingTimeInMillis: () => remaining
})

const lines: Array<Record<string, unknown>> = []
beforeEach(() => {
  lines.length = 0
  vi.spyOn(process.stdout, "write").mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0)
})
afterEach(() => vi.restoreAllMocks())

it("builds its services once for all invocations", async () => {
  let built = 0
  const handler = onLambda(
    (event) => Answer.use((answer) => Effect.succeed([event, answer])),
    Layer.sync(Answer, () => ++built)
  )
  assert.deepStrictEqual(await handler("a", invocation()), ["a", 1])
  assert.deepStrictEqual(await handler("b", invocation()), ["b", 1])
})

it("tries anew to build them on the next invocation when that failed, and on the ones after it keeps them", async () => {
  let built = 0
  const layer = Layer.effect(
    Answer,
    Effect.suspend(() => (++built < 3 ? new NotYet() : Effect.succeed(built)))
  )
  const handler = onLambda(() => Answer.use(Effect.succeed), layer)
  for (const _ of [1, 2]) {
    const error = await handler({}, invocation()).catch((error: unknown) => error)
    assert.instanceOf(error, Error)
    assert.deepInclude(error, { name: "NotYet", message: "The answer is not there yet" })
  }
  assert.strictEqual(await handler({}, invocation()), 3)
  assert.strictEqual(await handler({}, invocation()), 3)
})

it("fails the whole batch when its services cannot be built", async () => {
  const handler = onLambda(
    (event) => forEachRecord(event, () => Answer.use(Effect.succeed)),
    Layer.effect(Answer, Effect.fail(new NotYet()))
  )
  const error = await handler(sqsEvent(sqsRecord({})), invocation()).catch((error: unknown) => error)
  assert.deepInclude(error, { name: "NotYet" })
})

it.each([
  ["a typed error", () => new NotYet(), "NotYet", "The answer is not there yet"],
  ["a defect", () => Effect.die(new TypeError("x is\nnot a function")), "Defect", "x is not a function"]
] as const)(
  "rejects, on %s, with its reason as the name and one sentence, and logs it",
  async (_, run, name, message) => {
    const error = await onLambda(run, Layer.empty)({}, invocation()).catch((error: unknown) => error)
    assert.instanceOf(error, Error)
    assert.deepInclude(error, { name, message })
    assert.deepInclude(lines[0], {
      level: "ERROR",
      message: "Invocation failed",
      reason: name,
      detail: message,
      function: "the-function",
      requestId: "request-1"
    })
  }
)

it("puts the function and the request on every line", async () => {
  await onLambda(() => Effect.logInfo("working"), Layer.empty)({}, invocation())
  assert.deepInclude(lines[0], { message: "working", function: "the-function", requestId: "request-1" })
})

it("writes past console.log, which Lambda makes wrap what it is given in a JSON of its own", async () => {
  const wrapped = vi.spyOn(console, "log")
  await onLambda(() => Effect.logInfo("working"), Layer.empty)({}, invocation())
  assert.deepStrictEqual([lines.length, wrapped.mock.calls], [1, []])
})

it("sets the deadline two seconds before Lambda's", async () => {
  const before = Date.now()
  const deadline = await onLambda(() => InvocationDeadline, Layer.empty)({}, invocation(30_000))
  assert.isAtLeast(deadline, before + 28_000)
  assert.isAtMost(deadline, Date.now() + 28_000)
  const left = await onLambda(() => remainingTime, Layer.empty)({}, invocation(1_000))
  assert.isTrue(Duration.isZero(left))
})

it("answers for a hung record before Lambda ends the function", async () => {
  const handler = onLambda(
    (event) => forEachRecord(event, (message) => (message === "hung" ? Effect.never : Effect.void)),
    Layer.empty
  )
  const answer = await handler(
    sqsEvent(sqsRecord('"hung"', { id: "m-1" }), sqsRecord('"fine"', { id: "m-2" })),
    invocation(2_050)
  )
  assert.deepStrictEqual(answer, failed("m-1"))
})
