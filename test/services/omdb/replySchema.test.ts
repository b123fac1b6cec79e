import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { OmdbDetails } from "../../../domain/OmdbDetails.ts"
import { decodeOmdbDetails } from "../../../services/omdb/replySchema.ts"

const body = {
  Title: "The Shawshank Redemption",
  Year: "1994",
  Rated: "R",
  Released: "14 Oct 1994",
  Runtime: "142 min",
  Genre: "Drama",
  Director: "Frank Darabont",
  Writer: "Stephen King, Frank Darabont",
  Actors: "Tim Robbins, Morgan Freeman, Bob Gunton",
  Plot: "Two men.",
  Language: "English",
  Country: "United States",
  Awards: "Nominated for 7 Oscars. 21 wins & 42 nominations total",
  Poster: "https://example.test/poster.jpg",
  Ratings: [
    { Source: "Internet Movie Database", Value: "9.3/10" },
    { Source: "Rotten Tomatoes", Value: "89%" },
    { Source: "Metacritic", Value: "82/100" }
  ],
  Metascore: "82",
  imdbRating: "9.3",
  imdbVotes: "3,120,594",
  imdbID: "tt0111161",
  Type: "movie",
  DVD: "N/A",
  BoxOffice: "$28,767,189",
  Production: "N/A",
  Website: "",
  Response: "True"
}

const { imdbID, Title } = body
const withoutRaw = ({ raw: _, ...details }: OmdbDetails) => details

describe("omdbDetails", () => {
  it.effect("types every field of a movie, and leaves out what OMDb calls N/A", () =>
    Effect.gen(function* () {
      const details = yield* decodeOmdbDetails(body)
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
      assert.deepStrictEqual<unknown>(details.raw, body)
    })
  )

  it.effect("types a series that still runs", () =>
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

  it.effect("leaves out every field that is N/A, empty or garbled, keeping the strings in raw", () =>
    Effect.gen(function* () {
      const garbled = {
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
      for (const answer of [garbled, Object.fromEntries(Object.keys(garbled).map((key) => [key, "N/A"]))]) {
        const details = yield* decodeOmdbDetails({ imdbID, Title, ...answer })
        assert.deepStrictEqual(Object.keys(details).toSorted(), ["imdbId", "ratings", "raw", "title"])
        assert.deepStrictEqual<unknown>(details.raw, { imdbID, Title, ...answer })
      }
    })
  )

  it.effect("bears a field of another kind, and keeps no more than strings and ratings in raw", () =>
    Effect.gen(function* () {
      const answer = { imdbID, Title, Year: 1994, Plot: null, Genre: ["Drama"], Ratings: "none", Awards: { won: 7 } }
      const details = yield* decodeOmdbDetails(answer)
      assert.deepStrictEqual(Object.keys(details).toSorted(), ["imdbId", "ratings", "raw", "title"])
      assert.deepStrictEqual<unknown>(details.raw, { imdbID, Title, Ratings: "none" })
    })
  )

  it.effect("takes no text longer than any of OMDb's, and no time to find that out", () =>
    Effect.gen(function* () {
      const rating = { Source: "A", Value: "70%" }
      const tooLong = { Plot: "a".repeat(4_001), Genre: "ab, ".repeat(200_000), Ratings: Array(101).fill(rating) }
      const { raw, ...details } = yield* decodeOmdbDetails({ imdbID, Title, ...tooLong, Awards: "a".repeat(4_000) })
      assert.deepStrictEqual(Object.keys(raw).toSorted(), ["Awards", "Title", "imdbID"])
      assert.deepStrictEqual(Object.keys(details).toSorted(), ["awards", "imdbId", "ratings", "title"])
    })
  )

  it.effect("drops the one rating it cannot read", () =>
    Effect.gen(function* () {
      const Ratings = [{ Source: "A", Value: "good" }, { Source: "B", Value: "140%" }, 5, { Source: "C", Value: "70%" }]
      assert.deepStrictEqual((yield* decodeOmdbDetails({ imdbID, Title, Ratings })).ratings, [
        { source: "C", value: 70 }
      ])
    })
  )

  it.effect("takes no harm from an answer that names a prototype", () =>
    Effect.gen(function* () {
      const hostile = JSON.stringify({ imdbID, Title }).replace("{", '{"__proto__":{"Plot":"evil"},"constructor":{},')
      const details = yield* decodeOmdbDetails(JSON.parse(hostile))
      assert.isFalse(Object.hasOwn(details, "plot"))
      assert.deepStrictEqual(Object.keys(details.raw).toSorted(), ["Title", "imdbID"])
      assert.strictEqual(Object.getPrototypeOf(details.raw), Object.prototype)
      assert.isUndefined(Reflect.get({}, "Plot"))
    })
  )

  it.effect.each([null, "x", [], {}, { imdbID }, { Title }, { imdbID: "tt1", Title }, { imdbID, Title: "N/A" }])(
    "refuses %j, which tells of no movie",
    (answer) => Effect.flip(decodeOmdbDetails(answer))
  )

  it.effect.prop(
    "keeps OMDb's own strings unchanged, whatever they are",
    [
      Schema.Record(
        Schema.Literals(["Year", "Runtime", "Genre", "Writer", "BoxOffice", "Released", "Extra"]),
        Schema.String
      )
    ],
    ([strings]) =>
      Effect.gen(function* () {
        const details = yield* decodeOmdbDetails({ imdbID, Title, ...strings })
        assert.deepStrictEqual<unknown>(details.raw, { imdbID, Title, ...strings })
        assert.isTrue(Schema.is(OmdbDetails)(details))
      })
  )
})
