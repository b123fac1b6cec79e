import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { jsonLine } from "../../handlers/lambda/logging.ts"

const toConsole = Logger.layer([Logger.withConsoleLog(jsonLine)])

/** Runs an effect with the functions' log format. Returns its exit and the log lines of the test so far, as text and parsed. */
export const captureLogs = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const result = yield* Effect.exit(self)
    const lines = (yield* TestConsole.logLines).map(String)
    return { result, lines, entries: lines.map((line): Record<string, unknown> => JSON.parse(line)) }
  }).pipe(Effect.provide([toConsole, TestConsole.layer]))

/** Runs an effect to its end. Test time passes, step by step, only while the effect waits. */
export const runToEnd = <A, E, R>(self: Effect.Effect<A, E, R>, step: Duration.Input = "1 second") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    for (let yields = 1; fiber.pollUnsafe() === undefined; yields++) {
      // An effect that has not ended after 100 yields waits for time.
      yield* yields % 100 === 0 ? TestClock.adjust(step) : Effect.yieldNow
    }
    return yield* Fiber.join(fiber)
  })
