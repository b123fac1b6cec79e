import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import facts from "../../local/omdb/facts/movies.json" with { type: "json" }

const text = readFileSync(new URL("../../sample/Top250Movies.json", import.meta.url), "utf8")

const matching = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))
const SourceList = Schema.Struct({
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
const { items } = Schema.decodeUnknownSync(SourceList, { onExcessProperty: "error" })(JSON.parse(text))

describe("sample/Top250Movies.json", () => {
  it("holds 250 movies in order of rank, each once", () => {
    assert.deepStrictEqual(
      items.map(({ rank }) => Number(rank)),
      Array.from({ length: 250 }, (_, index) => index + 1)
    )
    assert.strictEqual(new Set(items.map(({ id }) => id)).size, 250)
  })

  it("names each movie with its year, in the characters of its title", () => {
    for (const { title, fullTitle, year } of items) assert.strictEqual(fullTitle, `${title} (${year})`)
    assert.includeMembers(
      items.map(({ title }) => title),
      ["Léon: The Professional", "WALL·E", "Amélie"]
    )
  })

  it("has one movie per line, with LF line ends", () => {
    assert.notInclude(text, "\r")
    assert.isTrue(text.endsWith("\n"))
    assert.lengthOf(text.trimEnd().split("\n"), 252)
  })

  it("lists exactly the movies of the OMDb stand-in", () => {
    assert.deepStrictEqual(
      facts.map(({ imdbID }) => imdbID),
      items.map(({ id }) => id)
    )
  })
})
