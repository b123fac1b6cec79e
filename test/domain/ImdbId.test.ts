import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ImdbId } from "../../domain/ImdbId.ts"

const decode = Schema.decodeUnknownOption(ImdbId)

describe("ImdbId", () => {
  it.each([
    ["tt0111161", "tt0111161"],
    ["tt00111161", "tt0111161"],
    [" TT0111161\n", "tt0111161"],
    ["tt60196", "tt0060196"],
    ["tt1", "tt0000001"],
    ["tt10872600", "tt10872600"],
    ["tt000010872600", "tt10872600"]
  ])("decodes %j to %s", (text, imdbId) => {
    assert.deepStrictEqual<Option.Option<string>>(decode(text), Option.some(imdbId))
  })

  it.each([
    "",
    "0111161",
    "tt",
    "tt0000000",
    "tt108726001",
    "tt01111６1",
    "tt0111161a",
    "nm0111161",
    "xtt0111161",
    111161
  ])("rejects %j", (text) => {
    assert.deepStrictEqual(decode(text), Option.none())
  })
})
