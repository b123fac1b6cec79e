import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Count, Percent, Rating, Usd, Votes, Year } from "../../domain/Values.ts"

describe("numbers", () => {
  it.each([
    ["Rating", Rating, [0, 9.25, 10], [1e-200, 9.255, 10.01, -0, -1]],
    ["Percent", Percent, [0, 93.5, 100], [1e-7, 100.1]],
    ["Count", Count, [0, 999_999_999_999_999], [1e15, 1.5, -1]],
    ["Votes", Votes, [1, 999_999_999_999_999], [0, 1e15]],
    ["Usd", Usd, [0, 999_999_999_999_999], [1e15, 0.5]],
    ["Year", Year, [1870, 2200], [1869, 2201, 1994.5]]
  ] as const)("of %s are in its bounds", (_, schema, accepted, rejected) => {
    const isValid = Schema.is(schema)
    assert.deepStrictEqual(
      [...accepted, ...rejected].filter((number) => isValid(number)),
      [...accepted]
    )
  })
})
