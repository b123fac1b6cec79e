import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { OmdbDetails } from "../../../domain/OmdbDetails.ts"
import { decodeOmdbDetails } from "../../../services/omdb/replySchema.ts"
import { movie } from "../../support/ScriptedOmdb.ts"

const { imdbID, Title } = movie
const withoutRaw = ({ raw: _, ...details }: OmdbDetails) => details
const required = ["imdbId", "ratings", "raw", "title"]

describe("decodeOmdbDetails", () => {
  it.effect("decodes every field of a movie, without those that are N/A or empty", () =>
    Effect.gen(function* () {
      const details = yield* decodeOmdbDetails({ ...movie, Plot: "Two men." })
      assert.deepStrictEqual<unknown>(withoutRaw(details), {
        imdbId: "tt0111161",
        title: "The Shawshank Redemption",
        year: { year: 1994 },
        rated: "R",
        released: "1994-10-14",
        runtimeMinutes: 142,
        genres: ["Drama"],
        directors: ["Frank Darabont"],
        writers: ["Stephen King", "Frank Darabont"],
        actors: ["Tim Robbins", "Morgan Freeman", "Bob Gunton"],
        plot: "Two men.",
        languages: ["English"],
        countries: ["United States"],
        awards: "Nominated for 7 Oscars. 21 wins & 42 nominations total",
        poster: "https://example.test/poster.jpg",
        ratings: [
          { source: "Internet Movie Database", value: 93 },
          { source: "Rotten Tomatoes", value: 89 },
          { source: "Metacritic", value: 82 }
        ],
        metascore: 82,
        imdbRating: 9.3,
        imdbVotes: 3120594,
        type: "movie",
        boxOfficeUsd: 28767189
      })
      assert.deepStrictEqual<unknown>(details.raw, { ...movie, Plot: "Two men." })
    })
  )

  it.effect("decodes a series that still runs", () =>
    Effect.gen(function* () {
      const series = { imdbID, Title, Year: "2006–", Type: "series", totalSeasons: "8", Ratings: [], Response: "True" }
      assert.deepStrictEqual<unknown>(withoutRaw(yield* decodeOmdbDetails(series)), {
        imdbId: "tt0111161",
        title: "The Shawshank Redemption",
        year: { year: 2006, ongoing: true },
        ratings: [],
        type: "series",
        totalSeasons: 8
      })
    })
  )

  const malformed = {
    Year: "1066",
    Released: "31 Feb 1994",
    Runtime: "34S min",
    Genre: "",
    Director: "N/A",
    Writer: ", ,",
    Poster: " ",
    Metascore: "101",
    imdbRating: "eleven",
    imdbVotes: "0",
    Type: "opera",
    BoxOffice: "a lot"
  }
  it.effect.each([
    ["malformed, empty or out of range", malformed],
    ["N/A", Object.fromEntries(Object.keys(malformed).map((key) => [key, "N/A"]))]
  ] as const)("leaves out fields that are %s, and keeps their texts in raw", ([, fields]) =>
    Effect.gen(function* () {
      const details = yield* decodeOmdbDetails({ imdbID, Title, ...fields })
      assert.deepStrictEqual(Object.keys(details).toSorted(), required)
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, Title, ...fields })
    })
  )

  it.effect("leaves out fields of another type, and keeps only texts and ratings in raw", () =>
    Effect.gen(function* () {
      const fields = { Year: 1994, Plot: null, Genre: ["Drama"], Ratings: "none", Awards: { won: 7 } }
      const details = yield* decodeOmdbDetails({ imdbID, Title, ...fields })
      assert.deepStrictEqual(Object.keys(details).toSorted(), required)
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, Title, Ratings: "none" })
    })
  )

  it.effect("leaves out texts over 4,000 characters without parsing them", () =>
    Effect.gen(function* () {
      const rating = { Source: "A", Value: "70%" }
      const tooLong = { Plot: "a".repeat(4_001), Genre: "ab, ".repeat(200_000), Ratings: Array(101).fill(rating) }
      const { raw, ...details } = yield* decodeOmdbDetails({ imdbID, Title, ...tooLong, Awards: "a".repeat(4_000) })
      assert.deepStrictEqual(Object.keys(raw).toSorted(), ["Awards", "Title", "imdbID"])
      assert.deepStrictEqual(Object.keys(details).toSorted(), ["awards", "imdbId", "ratings", "title"])
    })
  )

  it.effect("leaves out only the ratings that are malformed", () =>
    Effect.gen(function* () {
      const Ratings = [{ Source: "A", Value: "good" }, { Source: "B", Value: "140%" }, 5, { Source: "C", Value: "70%" }]
      assert.deepStrictEqual((yield* decodeOmdbDetails({ imdbID, Title, Ratings })).ratings, [
        { source: "C", value: 70 }
      ])
    })
  )

  it.effect("ignores a __proto__ and a constructor in the JSON", () =>
    Effect.gen(function* () {
      const hostile = JSON.stringify({ imdbID, Title }).replace("{", '{"__proto__":{"Plot":"x"},"constructor":{},')
      const details = yield* decodeOmdbDetails(JSON.parse(hostile))
      assert.isFalse(Object.hasOwn(details, "plot"))
      assert.deepStrictEqual(Object.keys(details.raw).toSorted(), ["Title", "imdbID"])
      assert.strictEqual(Object.getPrototypeOf(details.raw), Object.prototype)
      assert.isUndefined(Reflect.get({}, "Plot"))
    })
  )

  it.effect.each([null, "x", [], {}, { imdbID }, { Title }, { imdbID: "tt1", Title }, { imdbID, Title: "N/A" }])(
    "fails for %j, which has no valid id or title",
    (body) => Effect.flip(decodeOmdbDetails(body))
  )

  const Fields = Schema.Literals(["Year", "Runtime", "Genre", "Writer", "BoxOffice", "Released", "Extra"])
  it.effect.prop("keeps any text in raw and returns valid details", [Schema.Record(Fields, Schema.String)], ([texts]) =>
    Effect.gen(function* () {
      const details = yield* decodeOmdbDetails({ imdbID, Title, ...texts })
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, Title, ...texts })
      assert.isTrue(Schema.is(OmdbDetails)(details))
    })
  )
})
