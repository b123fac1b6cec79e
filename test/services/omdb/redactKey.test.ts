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

  it("leaves texts as they are when the key is as short as a word", () => {
    assert.strictEqual(redactKey("movie")("no such movie"), "no such movie")
  })
})
