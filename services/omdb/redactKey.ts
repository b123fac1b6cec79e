import { Buffer } from "node:buffer"
import { identity } from "effect/Function"
import * as Regex from "effect/RegExp"

/** Replaces the key in a text: as it is, escaped for JSON or for a URL, and in base64. */
export const redactKey = (key: string): ((text: string) => string) => {
  // OMDb keys have eight characters. A key of a few characters would match parts of ordinary words.
  if (key.length < 6) return identity
  const json = JSON.stringify(key).slice(1, -1)
  const inUrl = [encodeURIComponent(key), encodeURI(key), `${new URLSearchParams([["", key]])}`.slice(1)]
  const forms = new Set([key, json, json.replace(/[^ -~]/g, escapeUtf16), ...inUrl, ...inBase64(key)])
  // The hexadecimal digits of an escape have either case.
  const pattern = new RegExp([...forms].map(Regex.escape).join("|"), "gi")
  return (text) => text.replace(pattern, "<redacted>")
}

const escapeUtf16 = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`

/** The key's own characters in the base64 of any text with the key in it: three bytes are four characters. */
const inBase64 = (key: string) =>
  [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.from("\0".repeat(offset) + key)
    const [start, end] = [Math.ceil((offset * 4) / 3), Math.floor((padded.length * 4) / 3)]
    return (["base64", "base64url"] as const).map((encoding) => padded.toString(encoding).slice(start, end))
  })
