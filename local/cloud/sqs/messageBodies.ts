import { createHash } from "node:crypto"
import { type Json, objectsAt, stringAt } from "../protocol.ts"

// fauxqs refuses characters beyond U+FFFF (an emoji in a title), which SQS takes. So they travel written out, and the
// digests that SDKs verify are made of the true texts.

const mark = "\uE000"
const hex = (unit: number): string => unit.toString(16).padStart(4, "0")

/** Code units of such characters, and the mark itself, as the mark and four hex digits each. */
const writtenOut = (text: string): string =>
  text.replace(/[\u{10000}-\u{10FFFF}\uE000]/gu, (character) =>
    Array.from({ length: character.length }, (_, unit) => mark + hex(character.charCodeAt(unit))).join("")
  )

const readBack = (text: string): string =>
  text.replace(/\uE000([0-9a-f]{4})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))

const md5 = (text: string): string => createHash("md5").update(text).digest("hex")

const bodyWrittenOut = (message: Json): Json => {
  const body = stringAt(message, "MessageBody")
  return body === undefined ? message : { ...message, MessageBody: writtenOut(body) }
}

/** The input of SendMessage or SendMessageBatch as fauxqs takes it. */
export const encodeBodies = (input: Json): Json =>
  "Entries" in input ? { ...input, Entries: objectsAt(input, "Entries").map(bodyWrittenOut) } : bodyWrittenOut(input)

/** What SendMessage or SendMessageBatch answered, with the digests of the bodies that were sent. */
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

/** What ReceiveMessage answered, with the bodies that were sent. */
export const decodeBodies = (output: Json): Json => {
  if (!("Messages" in output)) return output
  const Messages = objectsAt(output, "Messages").map((message) => {
    const Body = readBack(stringAt(message, "Body") ?? "")
    return { ...message, Body, MD5OfBody: md5(Body) }
  })
  return { ...output, Messages }
}
