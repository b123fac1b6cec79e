import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
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
