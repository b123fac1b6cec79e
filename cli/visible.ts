import * as Console from "effect/Console"
import * as Effect from "effect/Effect"

// Characters that a terminal does not show, or that move the cursor, change colors or reverse the direction of a text:
// controls, format characters (also of zero width), halves of a surrogate pair, and letters that are blank.
const hidden = "\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u3164\\uFFA0"
const anyHidden = new RegExp(`[${hidden}]`, "gu")
const hiddenInLine = new RegExp(`(?!\\n)[${hidden}]`, "gu")
const styleOrHidden = new RegExp(`(\\u001B\\[[\\d;]*m)|(?!\\n)[${hidden}]`, "gu")

/** A text from outside on one line, with a box for each character that would not be seen. */
export const visible = (text: string): string => text.replace(anyHidden, "□")

/** A text of several lines, each as `visible` returns it. */
export const visibleLines = (text: string): string => text.replace(hiddenInLine, "□")

/** As JSON. The characters that would not be seen are escaped, so that its value stays the same. */
export const visibleJson = (document: unknown, indent?: number): string =>
  JSON.stringify(document, undefined, indent).replace(hiddenInLine, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("")
  )

/**
 * Everything that a command prints, made visible. On stdout the styles of tables and marks stay: a text from outside that
 * is printed there outside of a table passes `visible` first.
 */
export const withVisibleOutput = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Console.Console, (console) => {
    const through = (print: (text: string) => void, toVisible: (text: string) => string) => (text: unknown) =>
      print.call(console, toVisible(String(text)))
    const log = through(console.log, (text) => text.replace(styleOrHidden, (_, style?: string) => style ?? "□"))
    const error = through(console.error, visibleLines)
    return Effect.provideService(self, Console.Console, Object.assign(Object.create(console), { log, error }))
  })
