import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Sqs } from "../../services/Sqs.ts"
import { ConformanceTarget, type Delivery } from "./ConformanceTarget.ts"

export class ExpectationFailed extends Schema.TaggedError<ExpectationFailed>()("ExpectationFailed", {
  message: Schema.String
}) {}

const maxLength = 160

const format = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length} characters)` : text
}

export const expectThat = (
  subject: string,
  holds: boolean,
  expected: string,
  found: unknown
): Effect.Effect<void, ExpectationFailed> =>
  holds ? Effect.void : new ExpectationFailed({ message: `${subject}: expected ${expected}, found ${format(found)}` })

/** Fails unless both are equal by value. */
export const expectEqual = (subject: string, found: unknown, expected: unknown) =>
  expectThat(subject, Equal.equals(found, expected), format(expected), found)

/** Fails unless the call fails with this error, which it returns. */
export const expectFailure = <A, E extends { readonly _tag: string }, R, Tag extends E["_tag"]>(
  subject: string,
  call: Effect.Effect<A, E, R>,
  tag: Tag
) =>
  Effect.gen(function* () {
    const result = yield* Effect.result(call)
    if (Result.isFailure(result) && hasTag(result.failure, tag)) return result.failure
    const found = Result.isSuccess(result) ? "success" : result.failure._tag
    return yield* new ExpectationFailed({ message: `${subject}: expected ${tag}, found ${found}` })
  })

const hasTag = <E extends { readonly _tag: string }, Tag extends E["_tag"]>(
  error: E,
  tag: Tag
): error is Extract<E, { readonly _tag: Tag }> => error._tag === tag

/** Repeats a read until it is as wanted or the target's patience ends; returns the last result. */
export const pollUntil = <A, E, R>(read: Effect.Effect<A, E, R>, isWanted: (result: A) => boolean) =>
  Effect.gen(function* () {
    const { sleep, patience } = yield* ConformanceTarget
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(patience)
    let result = yield* read
    while (!isWanted(result) && (yield* Clock.currentTimeMillis) < end) {
      yield* sleep("500 millis")
      result = yield* read
    }
    return result
  })

export const expectEventually = <A, E, R>(subject: string, read: Effect.Effect<A, E, R>, expected: A) =>
  Effect.flatMap(
    pollUntil(read, (result) => Equal.equals(result, expected)),
    (result) => expectEqual(subject, result, expected)
  )

export const send = (queueUrl: string, ...bodies: ReadonlyArray<string>) =>
  Sqs.use(({ sendAll }) =>
    sendAll(
      queueUrl,
      bodies.map((body) => ({ body }))
    )
  )

export const changeVisibility = (queueUrl: string, receiptHandle: string, seconds: number) =>
  Sqs.use(({ changeVisibility }) => changeVisibility(queueUrl, receiptHandle, seconds))

/** Receives this many messages, in the order of receipt. SQS may return fewer than there are at a time. */
export const receiveMany = Effect.fnUntraced(function* (queueUrl: string, count: number) {
  const { receive } = yield* ConformanceTarget
  const received: Array<Delivery> = []
  const receiveMore = Effect.suspend(() => receive(queueUrl, Math.min(count - received.length, 10)))
  yield* pollUntil(
    Effect.map(receiveMore, (more) => received.push(...more)),
    (total) => total >= count
  )
  const bodies = received.map(({ body }) => body)
  yield* expectThat("Messages received", received.length >= count, `${count}`, bodies)
  return received
})

export const receiveOne = Effect.fnUntraced(function* (queueUrl: string) {
  const [received] = yield* receiveMany(queueUrl, 1)
  return received ?? (yield* Effect.die("receiveMany returned no message"))
})

/** Fails if a message is visible now. */
export const expectNoMessage = Effect.fnUntraced(function* (subject: string, queueUrl: string) {
  const { receive } = yield* ConformanceTarget
  const bodies = (yield* receive(queueUrl, 10)).map(({ body }) => body)
  yield* expectEqual(subject, bodies, [])
})

/** Sleeps for the target's visibility timeout and a second more. */
export const visibilityTimeoutEnds = Effect.flatMap(ConformanceTarget, ({ sleep, visibilitySeconds }) =>
  sleep(Duration.seconds(visibilitySeconds + 1))
)

/** A queue whose visibility timeout does not end during a behaviour. */
export const newHoldingQueue = (type: "standard" | "fifo") =>
  Effect.flatMap(ConformanceTarget, ({ newQueue }) => newQueue(type, 600))

/** Receives a message up to the maximum receive count and makes it visible: the next receive dead-letters it. */
export const receiveThrice = Effect.fnUntraced(function* (queueUrl: string) {
  const receiveAgain = Effect.fnUntraced(function* (count: number) {
    const received = yield* receiveOne(queueUrl)
    yield* expectEqual("The receive count", received.receiveCount, count)
    yield* changeVisibility(queueUrl, received.receiptHandle, 0)
    return received
  })
  yield* receiveAgain(1)
  yield* receiveAgain(2)
  return yield* receiveAgain(3)
})
