import { expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { decodeBodies, encodeBodies } from "../../../local/cloud/sqs/messageBodies.ts"

const Letter = Schema.Literals(["a", "0", "é", "\uE000", "e000", "😀", "𐍈", "\uFFFD"])

it.prop(
  "any text arrives as it was sent, and travels without characters that fauxqs refuses",
  { letters: Schema.Array(Letter) },
  ({ letters }) => {
    const MessageBody = letters.join("")
    const { MessageBody: travelling } = encodeBodies({ MessageBody })
    expect(travelling).not.toMatch(/[^\t\n\r -\uD7FF\uE000-\uFFFD]/)
    expect(decodeBodies({ Messages: [{ Body: travelling }] })).toMatchObject({ Messages: [{ Body: MessageBody }] })
  }
)
