import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { columns, formatCell, parseCell } from "../../../services/csv/columns.ts"

describe("columns", () => {
  it("lists the fields of a row in snake_case, with their types", () => {
    assert.deepStrictEqual(
      columns.slice(0, 5).map(({ name, type }) => [name, type]),
      [
        ["run_date", "text"],
        ["rank", "number"],
        ["imdb_id", "text"],
        ["title", "text"],
        ["year", "number"]
      ]
    )
    assert.deepInclude(columns, { field: "boxOfficeUsd", name: "box_office_usd", type: "number" })
    assert.deepInclude(columns, { field: "genres", name: "genres", type: "list" })
    assert.deepStrictEqual(columns.at(-1)?.name, "enriched_at")
    assert.strictEqual(columns.length, 35)
  })
})

describe("formatCell", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", "'\r=1"],
    ["'71", "''71"],
    ["''", "'''"],
    ["1=1", "1=1"],
    ["WALL·E", "WALL·E"],
    [["Drama", "Crime"], "Drama|Crime"],
    [["a|b", "c"], "a\\|b|c"],
    [["a\\", "|"], "a\\\\|\\|"],
    [["=a", "'b"], "'=a|'b"],
    [9.3, "9.3"],
    [undefined, ""]
  ])("writes %j as %j", (value, cell) => {
    assert.strictEqual(formatCell(value), cell)
  })

  const Hostile = Schema.String.check(Schema.isPattern(/^[=+\-@\t\r\n'"|\\, a]{1,6}$/))
  it.prop(
    "writes no text or list that a spreadsheet runs as a formula, and parseCell returns it unchanged",
    [Hostile, Schema.NonEmptyArray(Hostile)],
    ([text, list]) => {
      for (const cell of [formatCell(text), formatCell(list)]) assert.notMatch(cell, /^[=+\-@\t\r]/)
      assert.deepStrictEqual(parseCell("text", formatCell(text)), text)
      assert.deepStrictEqual(parseCell("list", formatCell(list)), list)
    }
  )
})

describe("parseCell", () => {
  it.each([
    ["number", "142 min"],
    ["number", "3,120,594"],
    ["number", "-1"],
    ["list", "Drama||Crime"],
    ["list", "Drama\\"]
  ] as const)("returns a %s that does not fit its type as text: %j", (type, cell) => {
    assert.strictEqual(parseCell(type, cell), cell)
  })
})
