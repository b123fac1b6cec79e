import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { parseOmdbApiKey } from "../../domain/OmdbApiKey.ts"

describe("parseOmdbApiKey", () => {
  it.each(["1a2b3c4d", "1a2b3c4d\n", "\uFEFF1a2b3c4d\r\n", "  1a2b3c4d "])("reads the key from %j", (text) => {
    assert.deepStrictEqual(parseOmdbApiKey(text), Result.succeed("1a2b3c4d"))
  })

  it.each([
    ["", "is empty"],
    [" \r\n", "is empty"],
    ['{"apikey":"1a2b3c4d"}', "is JSON"],
    ['["1a2b3c4d"]', "is JSON"],
    ['"1a2b3c4d"', "is quoted"],
    ["'1a2b3c4d'\n", "is quoted"],
    ["“1a2b3c4d”", "is quoted"],
    ["1a2b 3c4d", "contains spaces or invisible characters"],
    ["1a2b3c4d\n1a2b3c4d", "contains spaces or invisible characters"],
    ["1a2b\u200B3c4d", "contains spaces or invisible characters"]
  ])("refuses %j, which %s", (text, problem) => {
    assert.deepStrictEqual(parseOmdbApiKey(text), Result.fail(problem))
  })
})
