import { Buffer } from "node:buffer"
import { identity } from "effect/Function"
import * as Regex from "effect/RegExp"

/** Replaces the key in a text: each of its characters as it is or escaped for JSON or for a URL, and the key in base64. */
export const redactKey = (key: string): ((text: string) => string) => {
  // OMDb keys have eight characters. A key of a few characters would match parts of ordinary words.
  if (key.length < 6) return identity
  const spelled = Array.from(key, (character) => anyOf(spellings(character))).join("")
  // The hexadecimal digits of an escape have either case.
  const pattern = new RegExp([spelled, anyOf(inBase64(key))].join("|"), "gi")
  return (text) => text.replace(pattern, "<redacted>")
}

const anyOf = (texts: ReadonlyArray<string>) => `(?:${[...new Set(texts)].map(Regex.escape).join("|")})`

/** Longer ones first: a backslash is also the beginning of its escapes. */
const spellings = (character: string): ReadonlyArray<string> => [
  Array.from({ length: character.length }, (_, unit) => escapeUtf16(character.charCodeAt(unit))).join(""),
  Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  JSON.stringify(character).slice(1, -1),
  `\\${character}`,
  character
]

const escapeUtf16 = (unit: number) => `\\u${unit.toString(16).padStart(4, "0")}`

/** The key's own characters in the base64 of any text with the key in it: three bytes are four characters. */
const inBase64 = (key: string) =>
  [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.from("\0".repeat(offset) + key)
    const [start, end] = [Math.ceil((offset * 4) / 3), Math.floor((padded.length * 4) / 3)]
    return (["base64", "base64url"] as const).map((encoding) => padded.toString(encoding).slice(start, end))
  })
