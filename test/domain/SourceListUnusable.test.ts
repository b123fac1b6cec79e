import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parseSourceList } from "../../domain/SourceList.ts"
import { file, other, row } from "./listFile.ts"

const refusal = (text: string) =>
  parseSourceList(text).pipe(
    Effect.flip,
    Effect.map(({ message }) => message)
  )

describe("SourceListUnusable", () => {
  it.effect.each([
    {
      text: "<!DOCTYPE html>\n<title>403</title>",
      says: 'it is not JSON and begins with "<!DOCTYPE html>\\n<title>403</title>"'
    },
    { text: "", says: 'it is not JSON and begins with ""' },
    { text: '{"items":[', says: 'it is not JSON and begins with "{\\"items\\":["' },
    { text: "[]", says: 'it is JSON without a list named "items"' },
    { text: "null", says: 'it is JSON without a list named "items"' },
    { text: '{"items":{}}', says: 'it is JSON without a list named "items"' },
    { text: '{"movies":[]}', says: "it has no items" },
    {
      text: '{"items":[],"errorMessage":"Invalid API Key. Upgrade your account to use the service."}',
      says: 'it has no items and says "Invalid API Key. Upgrade your account to use the service."'
    },
    { text: file(row(), other({}), row({ rank: "3" })), says: "its rows 1 and 3 are both tt0111161" }
  ])("refuses a list because $says", ({ text, says }) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refusal(text), `The source list cannot be used: ${says}.`)
    })
  )

  it.effect("keeps its refusal to one short line however long the file", () =>
    Effect.gen(function* () {
      const message = yield* refusal("no\njson ".repeat(100_000))
      assert.isBelow(message.length, 250)
      assert.notInclude(message, "\n")
    })
  )
})
