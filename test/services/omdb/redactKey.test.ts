import { assert, describe, it } from "@effect/vitest"
import { redactKey } from "../../../services/omdb/redactKey.ts"
import { canaryKey, formsOfKey, textsWithKey } from "../../support/canaryKey.ts"

describe("redactKey", () => {
  // HTML entities are decoded before.
  const { "in HTML entities": _, ...forms } = formsOfKey

  it.each(Object.entries(forms))("replaces the key in a text, %s", (_, form) => {
    const text = `Error of ${form} today`
    assert.lengthOf(textsWithKey([text]), 1)
    const redacted = redactKey(canaryKey)(text)
    assert.deepStrictEqual(textsWithKey([redacted]), [])
    assert.match(redacted, /^Error of .*<redacted>.* today$/)
  })

  it.each([
    [
      "with every character as a JSON escape",
      (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
    ],
    [
      "with every byte as a URL escape",
      (unit: string) => encodeURIComponent(unit).replace(/^[^%]$/, `%${unit.charCodeAt(0).toString(16)}`)
    ],
    ["with a backslash before every character", (unit: string) => `\\${unit}`]
  ])("replaces the key %s, and partly so", (_, spell) => {
    const escaped = Array.from(canaryKey, spell)
    const partly = Array.from(canaryKey, (unit, index) => (index % 2 === 0 ? unit : spell(unit)))
    for (const text of [escaped, partly]) assert.strictEqual(redactKey(canaryKey)(text.join("")), "<redacted>")
  })

  it.each([0, 1, 2])("replaces all base64 characters of the key when it is after %i other bytes", (offset) => {
    for (const encoding of ["base64", "base64url"] as const) {
      const encoded = Buffer.from(`${"a".repeat(offset)}${canaryKey}bbb`).toString(encoding)
      const others = redactKey(canaryKey)(encoded).replace("<redacted>", "")
      // Of the other bytes, and of two bytes at once.
      assert.isAtMost(others.length, 8)
    }
  })

  it("leaves texts as they are when the key is as short as a word", () => {
    assert.strictEqual(redactKey("movie")("no such movie"), "no such movie")
    assert.strictEqual(redactKey("movies")("no such movies"), "no such <redacted>")
  })
})
