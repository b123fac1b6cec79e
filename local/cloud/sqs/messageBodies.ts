import { createHash } from "node:crypto"
import { type Json, objectsAt, stringAt } from "../protocol.ts"

// fauxqs rejects characters beyond U+FFFF (an emoji in a title), which SQS accepts. They are escaped on the way to
// fauxqs, and the MD5 digests that SDKs verify are calculated from the original bodies.

const marker = "\uE000"

/** Replaces each code unit of such a character, and the marker itself, by the marker and four hexadecimal digits. */
const escapeText = (text: string): string =>
  text.replace(/[\u{10000}-\u{10FFFF}\uE000]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => marker + character.charCodeAt(unit).toString(16).padStart(4, "0")
    ).join("")
  )

const unescapeText = (text: string): string =>
  text.replace(/\uE000([0-9a-f]{4})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))

const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const escapeBody = (message: Json): Json => {
  const body = stringAt(message, "MessageBody")
  return body === undefined ? message : { ...message, MessageBody: escapeText(body) }
}

/** The input of SendMessage or SendMessageBatch for fauxqs. */
export const encodeBodies = (input: Json): Json =>
  "Entries" in input ? { ...input, Entries: objectsAt(input, "Entries").map(escapeBody) } : escapeBody(input)

/** The output of SendMessage or SendMessageBatch with the digests of the original bodies. */
export const restoreDigests = (input: Json, output: Json): Json => {
  const digest = (message: Json) => md5(stringAt(message, "MessageBody") ?? "")
  if (!("Entries" in input)) return { ...output, MD5OfMessageBody: digest(input) }
  const digests = new Map(objectsAt(input, "Entries").map((entry) => [entry["Id"], digest(entry)]))
  const Successful = objectsAt(output, "Successful").map((entry) => ({
    ...entry,
    MD5OfMessageBody: digests.get(entry["Id"])
  }))
  return { ...output, Successful }
}

/** The output of ReceiveMessage with the original bodies. */
export const decodeBodies = (output: Json): Json => {
  if (!("Messages" in output)) return output
  const Messages = objectsAt(output, "Messages").map((message) => {
    const Body = unescapeText(stringAt(message, "Body") ?? "")
    return { ...message, Body, MD5OfBody: md5(Body) }
  })
  return { ...output, Messages }
}
