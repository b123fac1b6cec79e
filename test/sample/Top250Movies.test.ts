import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"
import facts from "../../local/omdb/facts/movies.json" with { type: "json" }

const text = readFileSync(new URL("../../sample/Top250Movies.json", import.meta.url), "utf8")

const matching = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))
const Source = Schema.Struct({
  items: Schema.Array(
    Schema.Struct({
      id: matching(/^tt\d{7,8}$/),
      rank: matching(/^[1-9]\d*$/),
      title: Schema.NonEmptyString,
      fullTitle: Schema.NonEmptyString,
      year: matching(/^\d{4}$/),
      image: Schema.Literal(""),
      crew: matching(/^[^,]+ \(dir\.\), [^,]+, [^,]+$/),
      imDbRating: matching(/^\d\.\d$/),
      imDbRatingCount: matching(/^\d+$/)
    })
  ),
  errorMessage: Schema.Literal("")
})
const { items } = Schema.decodeUnknownSync(Source, { onExcessProperty: "error" })(JSON.parse(text))

it("holds the 250 movies in order of rank, each once", () => {
  expect(items.map((item) => Number(item.rank))).toEqual(Array.from({ length: 250 }, (_, at) => at + 1))
  expect(new Set(items.map((item) => item.id)).size).toBe(250)
})

it("names each movie with its year", () => {
  for (const item of items) expect(item.fullTitle).toBe(`${item.title} (${item.year})`)
})

it("keeps the titles' own letters", () => {
  const titles = items.map((item) => item.title)
  expect(titles).toEqual(expect.arrayContaining(["Léon: The Professional", "WALL·E", "Amélie"]))
})

it("holds one movie a line, with plain line ends", () => {
  expect(text).not.toContain("\r")
  expect(text.endsWith("\n")).toBe(true)
  expect(text.trimEnd().split("\n")).toHaveLength(252)
})

it("lists just the movies that the stand-in for OMDb knows", () => {
  expect(facts.map((movie) => movie.imdbID)).toEqual(items.map((item) => item.id))
})
