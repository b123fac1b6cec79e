import * as Console from "effect/Console"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("One JSON document on stdout, for scripts"),
  Flag.withDefault(false)
)

/** Columns of the terminal; 0 where stdout is none. */
export const terminalWidth = Effect.flatMap(Terminal.Terminal, ({ columns }) => columns)

/** What a command has found out, on stdout: one JSON document for scripts, or the words for a person. */
export const printResult = (json: boolean, document: unknown, words: (width: number) => string) =>
  json ? Console.log(JSON.stringify(document)) : Effect.flatMap(terminalWidth, (width) => Console.log(words(width)))
