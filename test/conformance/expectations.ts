import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import { Sqs } from "../../services/Sqs.ts"
import { ConformanceTarget, type Received } from "./ConformanceTarget.ts"

export const send = (queueUrl: string, ...bodies: ReadonlyArray<string>) =>
  Sqs.use(({ sendAll }) =>
    sendAll(
      queueUrl,
      bodies.map((body) => ({ body }))
    )
  )

export const changeVisibility = (queueUrl: string, receiptHandle: string, seconds: number) =>
  Sqs.use(({ changeVisibility }) => changeVisibility(queueUrl, receiptHandle, seconds))

/** The visibility timeout of a queue of the site's own, and a second more. */
export const untilVisible = Effect.flatMap(ConformanceTarget, ({ pass, visibilitySeconds }) =>
  pass(Duration.seconds(visibilitySeconds + 1))
)

/** A queue whose messages come back only where something is done about it, while a behaviour looks. */
export const newPatientQueue = (kind: "standard" | "fifo") =>
  Effect.flatMap(ConformanceTarget, ({ newQueue }) => newQueue(kind, 600))

/** Receives a message as often as its queue allows; it is visible again at once, and the next receive is its end. */
export const receiveThrice = Effect.fnUntraced(function* (queueUrl: string) {
  for (const count of [1, 2]) {
    const { receiptHandle, receiveCount } = yield* receiveOne(queueUrl)
    yield* expectEqual("The receive count", receiveCount, count)
    yield* changeVisibility(queueUrl, receiptHandle, 0)
  }
  const last = yield* receiveOne(queueUrl)
  yield* expectEqual("The receive count", last.receiveCount, 3)
  yield* changeVisibility(queueUrl, last.receiptHandle, 0)
  return last
})

/** A behaviour that is not as expected. */
export class ExpectationFailed extends Schema.TaggedError<ExpectationFailed>()("Unlike", {
  what: Schema.String,
  expected: Schema.String,
  seen: Schema.String
}) {
  override get message(): string {
    return `${this.what}: expected ${this.expected}, saw ${this.seen}`
  }
}

const longestShown = 160

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "nothing"
  return text.length > longestShown ? `${text.slice(0, longestShown)}… (${text.length} characters)` : text
}

/** Fails unless both are equal, by value. */
export const expectEqual = (what: string, seen: unknown, expected: unknown): Effect.Effect<void, ExpectationFailed> =>
  Equal.equals(seen, expected)
    ? Effect.void
    : new ExpectationFailed({ what, expected: shown(expected), seen: shown(seen) })

export const expectThat = (
  what: string,
  holds: boolean,
  expected: string,
  seen: unknown
): Effect.Effect<void, ExpectationFailed> =>
  holds ? Effect.void : new ExpectationFailed({ what, expected, seen: shown(seen) })

/** Fails unless the call fails with this error; gives the error. */
export const expectFailure = <A, E extends { readonly _tag: string }, R, Tag extends E["_tag"]>(
  what: string,
  call: Effect.Effect<A, E, R>,
  tag: Tag
): Effect.Effect<Extract<E, { readonly _tag: Tag }>, ExpectationFailed, R> =>
  Effect.matchEffect(call, {
    onSuccess: (seen) =>
      Effect.fail(
        new ExpectationFailed({
          what,
          expected: tag,
          seen: seen === undefined ? "success" : `success with ${shown(seen)}`
        })
      ),
    onFailure: (error) =>
      isTagged(error, tag)
        ? Effect.succeed(error)
        : Effect.fail(new ExpectationFailed({ what, expected: tag, seen: error._tag }))
  })

const isTagged = <E extends { readonly _tag: string }, Tag extends E["_tag"]>(
  error: E,
  tag: Tag
): error is Extract<E, { readonly _tag: Tag }> => error._tag === tag

const betweenLooks = "500 millis"

/** Looks until it is so, or the site's patience is at its end; gives what was seen last. */
export const pollUntil = <A, E, R>(look: Effect.Effect<A, E, R>, isSo: (seen: A) => boolean) =>
  Effect.gen(function* () {
    const { pass, patience } = yield* ConformanceTarget
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(patience)
    let seen = yield* look
    while (!isSo(seen) && (yield* Clock.currentTimeMillis) < end) {
      yield* pass(betweenLooks)
      seen = yield* look
    }
    return seen
  })

export const expectEventually = <A, E, R>(what: string, look: Effect.Effect<A, E, R>, expected: A) =>
  pollUntil(look, (seen) => Equal.equals(seen, expected)).pipe(
    Effect.flatMap((seen) => expectEqual(what, seen, expected))
  )

/** Receives until so many have come, ten at a time: SQS may give fewer than it has. In the order they came in. */
export const receiveUntil = Effect.fnUntraced(function* (queueUrl: string, count: number) {
  const { receive } = yield* ConformanceTarget
  const received: Array<Received> = []
  const look = Effect.map(
    Effect.suspend(() => receive(queueUrl, Math.min(count - received.length, 10))),
    (more) => received.push(...more)
  )
  yield* pollUntil(look, (seen) => seen >= count)
  if (received.length < count) {
    const bodies = received.map(({ body }) => body)
    return yield* new ExpectationFailed({ what: "Received", expected: `${count} message(s)`, seen: shown(bodies) })
  }
  return received
})

export const receiveOne = Effect.fnUntraced(function* (queueUrl: string) {
  const [received] = yield* receiveUntil(queueUrl, 1)
  if (received === undefined) return yield* Effect.die("receiveUntil gave none")
  return received
})

/** Fails if there is a message to be received now. */
export const expectNone = Effect.fnUntraced(function* (what: string, queueUrl: string) {
  const { receive } = yield* ConformanceTarget
  const received = yield* receive(queueUrl, 10)
  yield* expectEqual(
    what,
    received.map(({ body }) => body),
    []
  )
})
