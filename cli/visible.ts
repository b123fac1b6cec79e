import { randomUUID } from "node:crypto"
import { styleText } from "node:util"
import * as Console from "effect/Console"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"

// Characters that a terminal does not show, or that move the cursor, change colors or reverse the direction of a text:
// controls, format characters (also of zero width), halves of a surrogate pair, and letters that are blank.
const hidden = "\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u3164\\uFFA0"
const anyHidden = new RegExp(`[${hidden}]`, "gu")
const hiddenInLine = new RegExp(`(?!\\n)[${hidden}]`, "gu")

// Commands style their own words with marks that only this process knows, so that no text from outside is a style.
const nonce = randomUUID()
const escapeCharacter = "\u001B"
const ansiStyle = new RegExp(`${escapeCharacter}\\[([\\d;]+)m`, "g")
const markOrHidden = new RegExp(`\\uE000${nonce}([\\d;]+)m|(?!\\n)[${hidden}]`, "gu")

/** A text of the command itself with its ANSI styles, such as a table whose cells are `visible`. */
export const markStyles = (text: string): string => text.replace(ansiStyle, `\uE000${nonce}$1m`)

export type Style = "green" | "yellow" | "red" | "dim"

/** A text in a style, with a box for each character that would not be seen. */
export const colored = (color: Style, text: string): string =>
  markStyles(styleText(color, visible(text), { validateStream: false }))

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

/** Everything that a command prints, made visible; on a stdout with colors, styles that the command marked are applied. */
export const withVisibleOutput = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(TerminalCapabilities, ({ canColor }) => {
    const apply = (style: string) => (canColor ? `${escapeCharacter}[${style}m` : "")
    const log = (text: string) =>
      text.replace(markOrHidden, (_, style?: string) => (style === undefined ? "□" : apply(style)))
    return mapOutput(self, { log, error: visibleLines })
  })

/** Passes what is printed through these functions. */
export const mapOutput = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  map: Readonly<Record<"log" | "error", (text: string) => string>>
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Console.Console, (console) => {
    const log = (text: unknown) => console.log(map.log(String(text)))
    const error = (text: unknown) => console.error(map.error(String(text)))
    return Effect.provideService(self, Console.Console, Object.assign(Object.create(console), { log, error }))
  })
