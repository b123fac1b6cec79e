import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { columns, formatCell, parseCell } from "../../../services/csv/columns.ts"

describe("columns", () => {
  // Readers of the CSV rely on the order: a new column is added at the end.
  it("has these names in this order", () => {
    assert.deepStrictEqual(
      columns.map(({ name }) => name),
      [
        ...["run_date", "rank", "imdb_id", "title", "year", "end_year", "full_title", "omdb_title", "type", "rated"],
        ...["released", "runtime_minutes", "genres", "directors", "writers", "actors", "crew", "plot", "languages"],
        ...["countries", "awards", "imdb_rating", "imdb_votes", "list_imdb_rating", "list_imdb_rating_count"],
        ...["metascore", "rotten_tomatoes", "box_office_usd", "total_seasons", "dvd", "production", "website"],
        ...["poster", "image", "enriched_at"]
      ]
    )
  })

  it("has the type of each field", () => {
    assert.deepInclude(columns, { field: "boxOfficeUsd", name: "box_office_usd", type: "number" })
    assert.deepInclude(columns, { field: "genres", name: "genres", type: "list" })
    assert.deepInclude(columns, { field: "runDate", name: "run_date", type: "text" })
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
