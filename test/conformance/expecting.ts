import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import { type Received, Site } from "./Site.ts"

/** A behaviour that is not as expected. */
export class Unlike extends Schema.TaggedError<Unlike>()("Unlike", {
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
export const expectEqual = (what: string, seen: unknown, expected: unknown): Effect.Effect<void, Unlike> =>
  Equal.equals(seen, expected) ? Effect.void : new Unlike({ what, expected: shown(expected), seen: shown(seen) })

export const expectThat = (
  what: string,
  holds: boolean,
  expected: string,
  seen: unknown
): Effect.Effect<void, Unlike> => (holds ? Effect.void : new Unlike({ what, expected, seen: shown(seen) }))

/** Fails unless the call fails with this error; gives the error. */
export const expectFailure = <A, E extends { readonly _tag: string }, R, Tag extends E["_tag"]>(
  what: string,
  call: Effect.Effect<A, E, R>,
  tag: Tag
): Effect.Effect<Extract<E, { readonly _tag: Tag }>, Unlike, R> =>
  Effect.matchEffect(call, {
    onSuccess: (seen) =>
      Effect.fail(
        new Unlike({ what, expected: tag, seen: seen === undefined ? "success" : `success with ${shown(seen)}` })
      ),
    onFailure: (error) =>
      isTagged(error, tag) ? Effect.succeed(error) : Effect.fail(new Unlike({ what, expected: tag, seen: error._tag }))
  })

const isTagged = <E extends { readonly _tag: string }, Tag extends E["_tag"]>(
  error: E,
  tag: Tag
): error is Extract<E, { readonly _tag: Tag }> => error._tag === tag

const betweenLooks = "500 millis"

/** Looks until it is so, or the site's patience is at its end; gives what was seen last. */
export const lookUntil = <A, E, R>(look: Effect.Effect<A, E, R>, isSo: (seen: A) => boolean) =>
  Effect.gen(function* () {
    const { pass, patience } = yield* Site
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(patience)
    let seen = yield* look
    while (!isSo(seen) && (yield* Clock.currentTimeMillis) < end) {
      yield* pass(betweenLooks)
      seen = yield* look
    }
    return seen
  })

export const expectEventually = <A, E, R>(what: string, look: Effect.Effect<A, E, R>, expected: A) =>
  lookUntil(look, (seen) => Equal.equals(seen, expected)).pipe(
    Effect.flatMap((seen) => expectEqual(what, seen, expected))
  )

/** Receives until so many have come, ten at a time: SQS may give fewer than it has. In the order they came in. */
export const receiveUntil = Effect.fnUntraced(function* (queueUrl: string, count: number) {
  const { receive } = yield* Site
  const received: Array<Received> = []
  const look = Effect.map(
    Effect.suspend(() => receive(queueUrl, Math.min(count - received.length, 10))),
    (more) => received.push(...more)
  )
  yield* lookUntil(look, (seen) => seen >= count)
  if (received.length < count) {
    const bodies = received.map(({ body }) => body)
    return yield* new Unlike({ what: "Received", expected: `${count} message(s)`, seen: shown(bodies) })
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
  const { receive } = yield* Site
  const received = yield* receive(queueUrl, 10)
  yield* expectEqual(
    what,
    received.map(({ body }) => body),
    []
  )
})
