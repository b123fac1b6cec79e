import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { OmdbDetails } from "../../../domain/OmdbDetails.ts"
import { decodeOmdbDetails } from "../../../services/omdb/replySchema.ts"
import { movie } from "../../support/ScriptedOmdb.ts"

const { imdbID, Title } = movie
const withoutRaw = ({ raw: _, ...details }: OmdbDetails) => details
const required = ["imdbId", "ratings", "raw"]

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
          { source: "Internet Movie Database", score: 93 },
          { source: "Rotten Tomatoes", score: 89 },
          { source: "Metacritic", score: 82 }
        ],
        metascore: 82,
        imdbRating: 9.3,
        imdbVotes: 3120594,
        type: "movie",
        boxOfficeUsd: 28767189,
        countryCodes: ["US"],
        oscarNominations: 7,
        awardWins: 21,
        awardNominations: 42
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
    Title: " ",
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
      const details = yield* decodeOmdbDetails({ imdbID, ...fields })
      assert.deepStrictEqual(Object.keys(details).toSorted(), required)
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, ...fields })
    })
  )

  it.effect("decodes numbers and booleans like their texts, and keeps them in raw as sent", () =>
    Effect.gen(function* () {
      const numbers = { Title: 1917, Year: 2019, Runtime: 119, Metascore: 78, imdbRating: 8.2, BoxOffice: 159227644 }
      const fields = { ...numbers, imdbVotes: 731_000, totalSeasons: 0, Rated: true, Response: true, Error: null }
      const Ratings = [{ Source: "A", Value: 7 }]
      const details = yield* decodeOmdbDetails({ imdbID, ...fields, Ratings })
      assert.deepStrictEqual<unknown>(withoutRaw(details), {
        imdbId: "tt0111161",
        title: "1917",
        year: { year: 2019 },
        rated: "true",
        runtimeMinutes: 119,
        metascore: 78,
        imdbRating: 8.2,
        imdbVotes: 731_000,
        totalSeasons: 0,
        boxOfficeUsd: 159227644,
        ratings: []
      })
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, ...fields, Ratings })
    })
  )

  it.effect("leaves out fields of another type or with another name than letters, in raw too", () =>
    Effect.gen(function* () {
      const fields = {
        Genre: ["Drama"],
        Awards: { won: 7 },
        Runtime: Number.POSITIVE_INFINITY,
        Plot2: "x",
        "2Plot": "x"
      }
      const details = yield* decodeOmdbDetails({ imdbID, ...fields, Ratings: "none" })
      assert.deepStrictEqual(Object.keys(details).toSorted(), required)
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, Ratings: "none" })
    })
  )

  it.effect(
    "keeps each text on one line, trimmed and well-formed with its entities decoded once, but raw as sent",
    () =>
      Effect.gen(function* () {
        const fields = {
          Title: " Schindler&apos;s\r\nList&#x27;\u0000\u2028",
          Plot: "Tom &amp;amp; Jerry\uD800",
          Actors: "A &amp; B"
        }
        const { title, plot, actors, raw } = yield* decodeOmdbDetails({ imdbID, ...fields })
        assert.deepStrictEqual([title, plot, actors], ["Schindler's List'", "Tom &amp; Jerry\uFFFD", ["A & B"]])
        assert.deepStrictEqual<unknown>(raw, { imdbID, ...fields })
      })
  )

  it.effect("leaves out texts over their limit without parsing them", () =>
    Effect.gen(function* () {
      const rating = { Source: "A", Value: "70%" }
      const tooLong = { Plot: "a".repeat(4_001), Genre: "ab, ".repeat(200_000), Ratings: Array(21).fill(rating) }
      const inRaw = { Awards: "a".repeat(1_001), Director: "ab, ".repeat(700), Poster: "a".repeat(2_000) }
      const { raw, ...details } = yield* decodeOmdbDetails({ imdbID, Title, ...tooLong, ...inRaw })
      assert.deepStrictEqual(Object.keys(raw).toSorted(), ["Awards", "Director", "Poster", "Title", "imdbID"])
      assert.deepStrictEqual(Object.keys(details).toSorted(), ["directors", "imdbId", "poster", "ratings", "title"])
      assert.strictEqual(details.ratings.length, 20)
    })
  )

  it.effect("leaves out only the ratings that are malformed", () =>
    Effect.gen(function* () {
      const Ratings = [{ Source: "A", Value: "good" }, { Source: "B", Value: "140%" }, 5, { Source: "C", Value: "70%" }]
      assert.deepStrictEqual((yield* decodeOmdbDetails({ imdbID, Title, Ratings })).ratings, [
        { source: "C", score: 70 }
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

  it.effect.each([null, "x", [], {}, { Title }, { imdbID: "nm1", Title }])(
    "fails for %j, which has no valid id",
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
