import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Terminal from "effect/Terminal"

/** Columns of the terminal; 0 where stdout is none. */
export const screenWidth = Effect.flatMap(Terminal.Terminal, ({ columns }) => columns)

/** What a command has found out, on stdout: one JSON document for scripts, or the words for a person. */
export const say = (json: boolean, document: unknown, words: (width: number) => string) =>
  json ? Console.log(JSON.stringify(document)) : Effect.flatMap(screenWidth, (width) => Console.log(words(width)))
