import { assert, describe, it } from "@effect/vitest"
import { datasetTables } from "../../domain/dataset.ts"
import { analyticsNames } from "../../domain/keys.ts"

const typesOf = (table: string) => {
  const columns = datasetTables().find(({ name }) => name === table)?.columns ?? []
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]))
}

describe("datasetTables", () => {
  it("are the movies and the aggregates, each with its folder", () => {
    assert.deepStrictEqual(
      datasetTables().map(({ name, folder }) => [name, folder]),
      [["movies", "csv/"], ...analyticsNames.map((name) => [name, `analytics/${name}/`])]
    )
  })

  it("have the types of the cells of their columns", () => {
    assert.deepInclude(typesOf("movies"), {
      run_date: "date",
      rank: "integer",
      title: "text",
      genres: "list",
      released: "date",
      imdb_rating: "decimal",
      imdb_votes: "integer",
      enriched_at: "instant",
      country_codes: "list"
    })
    assert.deepInclude(typesOf("ratings"), { source: "text", movies: "integer", median: "decimal" })
  })
})
