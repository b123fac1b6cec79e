import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Count, epochMillis, Instant, Percent, Rating, TextList, Usd, Votes, Year } from "../../domain/Values.ts"

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

describe("TextList", () => {
  const isTextList = Schema.is(TextList)

  it("accepts a list whose items have 2,000 characters together with one character between two items", () => {
    assert.isTrue(isTextList(["a".repeat(1_000), "b".repeat(999)]))
  })

  it.each([
    ["is longer", ["a".repeat(1_000), "b".repeat(1_000)]],
    ["is empty", []],
    ["has an empty item", ["Drama", ""]]
  ] as const)("rejects a list that %s", (_, list) => {
    assert.isFalse(isTextList(list))
  })
})

describe("Instant", () => {
  const isInstant = Schema.is(Instant)

  it.each(["2026-11-21T06:00:00Z", "2026-11-21T06:00:00.5Z", "2026-11-21T23:59:59.999Z"])("accepts %s", (text) => {
    assert.isTrue(isInstant(text))
  })

  it.each([
    "2026-11-21",
    "2026-11-21T06:00:00",
    "2026-11-21T06:00:00+01:00",
    "2026-11-21T06:00:00.1234Z",
    "2026-13-01T06:00:00Z",
    "2026-11-00T06:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T06:60:00Z",
    "2026-11-21T06:00:60Z",
    "at 2026-11-21T06:00:00Z",
    "2026-11-21T06:00:00Z/PT1H"
  ])("rejects %j", (text) => {
    assert.isFalse(isInstant(text))
  })

  it.prop("is a time for any value", [Instant], ([instant]) => {
    assert.isFalse(Number.isNaN(epochMillis(instant)))
  })
})
