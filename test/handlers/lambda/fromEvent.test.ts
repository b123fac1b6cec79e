import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { onEvent } from "../../../handlers/lambda/onLambda.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"

const Greeting = Schema.Struct({ hello: Schema.String })

it.effect("gives the program the decoded event, and its result back", () =>
  Effect.gen(function* () {
    const answer = onEvent(Greeting, ({ hello }) => Effect.succeed(hello.length))
    assert.strictEqual(yield* answer({ hello: "world" }), 5)
  })
)

it.effect("fails before the program when the event is another", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(onEvent(Greeting, () => Effect.die("never run"))({ hello: 1 }))
    assert.strictEqual(error._tag, "InvalidInput")
    assert.include(error.message, "The event is invalid: ")
    assert.include(error.message, "hello")
  })
)

it.effect("fails in its own words before Lambda would end it without any", () =>
  Effect.gen(function* () {
    const answering = yield* Effect.forkChild(
      Effect.flip(onEvent(Greeting, () => Effect.never)({ hello: "world" })).pipe(
        Effect.provideService(InvocationDeadline, 10_000)
      )
    )
    yield* TestClock.adjust("10 seconds")
    assert.strictEqual((yield* Fiber.join(answering))._tag, "OutOfTime")
  })
)
