import { assert, describe, it } from "@effect/vitest"
import { parseDecimal, parseWhole } from "../../domain/texts.ts"

const parsers = { parseDecimal, parseWhole }

describe("parsers of numbers", () => {
  it.each([
    ["parseWhole", "3,120,594", 3120594],
    ["parseWhole", "12,345", 12345],
    ["parseWhole", "80", 80],
    ["parseWhole", "1234567", 1234567],
    ["parseWhole", "3,12", undefined],
    ["parseWhole", "-5", undefined],
    ["parseWhole", "3.5", undefined],
    ["parseWhole", "1e3", undefined],
    ["parseDecimal", "9.3", 9.3],
    ["parseDecimal", "9,25", 9.25],
    ["parseDecimal", "82", 82],
    ["parseDecimal", ".5", undefined],
    ["parseDecimal", "1e-200", undefined],
    ["parseDecimal", "0x10", undefined]
  ] as const)("%s parses %j as %j", (parser, text, value) => {
    assert.strictEqual(parsers[parser](text), value)
  })
})
