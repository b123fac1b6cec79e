import * as Schema from "effect/Schema"
import { field, omdbField } from "./field.ts"
import { ImdbId } from "./ImdbId.ts"
import { Count, IsoDate, LongText, Percent, Rating, Text, TextList, Url, Usd, Votes, Year } from "./Values.ts"

/** `1994`; a series that ended, `1994–1997`; a series that still runs, `2006–`. */
export const ReleaseYears = Schema.Struct({
  year: field(Year, "Release year; of a series, the first year", { source: "OMDb `Year`", example: 1994 }),
  endYear: omdbField(Year, "Year", "Last year of a series", 1997, { absent: "it is no series, or still runs" }),
  ongoing: omdbField(Schema.Literal(true), "Year", "The series still runs", true, { absent: "it does not" })
})

export const TitleType = Schema.Literals(["movie", "series", "episode", "game"])

/** The rating of one source, converted to 0–100. */
const SourceRating = Schema.Struct({
  source: field(Text, "Name of the source", { source: "OMDb `Ratings`", example: "Rotten Tomatoes" }),
  score: field(Percent, "Rating of the source", { source: "OMDb `Ratings`", example: 89, unit: "0–100" })
})

/** An ISO 3166-1 alpha-2 code. */
const CountryCode = Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/))

// Texts of raw are as OMDb sent them: not on one line, entities not decoded.
const rawText = (maxLength: number) => Schema.String.check(Schema.isMaxLength(maxLength))
const notMinusZero = Schema.makeFilter((number: number) => !Object.is(number, -0))
const otherScalars = [Schema.Finite.check(notMinusZero), Schema.Boolean, Schema.Null] as const
const RawRatingScalar = Schema.Union([rawText(500), ...otherScalars])
const RawRatings = Schema.Array(Schema.Struct({ Source: RawRatingScalar, Value: RawRatingScalar })).check(
  Schema.isMaxLength(20)
)
export const RawValue = Schema.Union([rawText(4_000), ...otherScalars, RawRatings])
/** A field name of OMDb: letters only, so never `__proto__`. */
export const RawKey = Schema.String.check(Schema.isPattern(/^[A-Za-z]{1,40}$/))

const award = (description: string, example: number) =>
  omdbField(Count, "Awards", description, example, { absent: "the text of `Awards` does not state it" })

/**
 * OMDb's details of a movie, typed. A field that OMDb leaves out, sets to `N/A` or sends malformed is absent here; `raw`
 * holds the fields as OMDb sent them.
 */
export const OmdbDetails = Schema.Struct({
  imdbId: field(ImdbId, "IMDb id of the reply, in its canonical form", {
    source: "OMDb `imdbID`",
    example: "tt0111161"
  }),
  title: omdbField(Text, "Title", "Title at OMDb, which can differ from the list's", "Das Boot"),
  year: omdbField(ReleaseYears, "Year", "Years of release", { year: 1994 }),
  rated: omdbField(Text, "Rated", "Certificate in the USA", "PG-13"),
  released: omdbField(IsoDate, "Released", "Release date in the USA", "1994-10-14"),
  runtimeMinutes: omdbField(Count, "Runtime", "Running time", 142, { unit: "minutes" }),
  genres: omdbField(TextList, "Genre", "Genres", ["Crime", "Drama"]),
  directors: omdbField(TextList, "Director", "Directors, each once", ["Frank Darabont"]),
  writers: omdbField(TextList, "Writer", "Writers, each once, without notes in brackets", ["Stephen King"]),
  actors: omdbField(TextList, "Actors", "The first actors, each once", ["Tim Robbins", "Sammy Davis, Jr."]),
  plot: omdbField(LongText, "Plot", "Short plot, in English", "A banker is convicted of a murder."),
  languages: omdbField(TextList, "Language", "Languages, in English", ["English", "Latin"]),
  countries: omdbField(TextList, "Country", "Countries of production, as OMDb names them", ["USA"]),
  awards: omdbField(Text, "Awards", "Summary of the awards", "Won 2 Oscars. 164 wins & 165 nominations total"),
  poster: omdbField(Url, "Poster", "Address of the poster", "https://example.com/poster.jpg"),
  ratings: field(Schema.Array(SourceRating).check(Schema.isMaxLength(20)), "Ratings of all sources", {
    source: "OMDb `Ratings`",
    example: [{ source: "Rotten Tomatoes", score: 89 }]
  }),
  metascore: omdbField(Percent, "Metascore", "Metacritic's score", 82, { unit: "0–100" }),
  imdbRating: omdbField(Rating, "imdbRating", "IMDb rating at OMDb", 9.3, { unit: "0–10" }),
  imdbVotes: omdbField(Votes, "imdbVotes", "Number of IMDb votes at OMDb", 3_120_594, { unit: "votes" }),
  type: omdbField(TitleType, "Type", "Type of the title", "movie"),
  totalSeasons: omdbField(Count, "totalSeasons", "Number of seasons of a series", 8),
  dvd: omdbField(IsoDate, "DVD", "Release date of the DVD", "1998-01-27"),
  boxOfficeUsd: omdbField(Usd, "BoxOffice", "Box office in the USA and Canada", 28_767_189, { unit: "US dollars" }),
  production: omdbField(Text, "Production", "Production company", "Columbia Pictures"),
  website: omdbField(Url, "Website", "Official site", "https://example.com/"),
  countryCodes: omdbField(Schema.NonEmptyArray(CountryCode), "Country", "ISO 3166-1 alpha-2 codes, each once", ["US"], {
    absent: "no country has a code"
  }),
  oscarsWon: award("Oscars won", 2),
  oscarNominations: award("Oscar nominations of a movie that won no Oscar", 7),
  awardWins: award("Awards won, Oscars included", 164),
  awardNominations: award("Nominations for awards, Oscars included", 165),
  raw: field(Schema.Record(RawKey, RawValue), "Every text, number and boolean of the reply, and `Ratings`, as sent", {
    source: "OMDb",
    example: { imdbVotes: "3,120,594", Response: "True" }
  })
})
export type OmdbDetails = typeof OmdbDetails.Type
