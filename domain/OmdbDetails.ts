import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { IsoDate } from "./IsoDate.ts"
import { Stars, text, Votes, Year } from "./RankedMovie.ts"

const word = text(10_000)
const words = Schema.NonEmptyArray(word)
const whole = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const percent = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))

/** One critic's verdict, whatever its scale was, as 0 to 100. */
export const Rating = Schema.Struct({ source: word, value: percent })
export type Rating = typeof Rating.Type

/** `1994`, a series that ended `1994–1997`, one that runs `2006–`. */
export const Years = Schema.Struct({
  year: Year,
  endYear: Schema.optionalKey(Year),
  ongoing: Schema.optionalKey(Schema.Literal(true))
})
export type Years = typeof Years.Type

/** OMDb's own strings, by OMDb's own keys; `Ratings` is its only list. */
export const OmdbRaw = Schema.Record(
  Schema.String,
  Schema.Union([Schema.String, Schema.Array(Schema.Struct({ Source: Schema.String, Value: Schema.String }))])
)
export type OmdbRaw = typeof OmdbRaw.Type

/** What OMDb says of a movie, typed; what OMDb leaves out, calls `N/A` or garbles is absent here and kept in `raw`. */
export const OmdbDetails = Schema.Struct({
  imdbId: ImdbId,
  title: word,
  year: Schema.optionalKey(Years),
  rated: Schema.optionalKey(word),
  released: Schema.optionalKey(IsoDate),
  runtimeMinutes: Schema.optionalKey(whole),
  genres: Schema.optionalKey(words),
  directors: Schema.optionalKey(words),
  writers: Schema.optionalKey(words),
  actors: Schema.optionalKey(words),
  plot: Schema.optionalKey(word),
  languages: Schema.optionalKey(words),
  countries: Schema.optionalKey(words),
  awards: Schema.optionalKey(word),
  poster: Schema.optionalKey(word),
  ratings: Schema.Array(Rating),
  metascore: Schema.optionalKey(percent),
  imdbRating: Schema.optionalKey(Stars),
  imdbVotes: Schema.optionalKey(Votes),
  type: Schema.optionalKey(Schema.Literals(["movie", "series", "episode", "game"])),
  totalSeasons: Schema.optionalKey(whole),
  dvd: Schema.optionalKey(IsoDate),
  boxOfficeUsd: Schema.optionalKey(whole),
  production: Schema.optionalKey(word),
  website: Schema.optionalKey(word),
  raw: OmdbRaw
})
export type OmdbDetails = typeof OmdbDetails.Type
