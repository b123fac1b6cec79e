import * as Schema from "effect/Schema"
import { ImdbId } from "./ImdbId.ts"
import { Count, IsoDate, maxTextLength, Percent, Rating, Text, TextList, Votes, Year } from "./Values.ts"

/** `1994`; a series that ended, `1994–1997`; a series that still runs, `2006–`. */
export const ReleaseYears = Schema.Struct({
  year: Year,
  endYear: Schema.optionalKey(Year),
  ongoing: Schema.optionalKey(Schema.Literal(true))
})

export const TitleType = Schema.Literals(["movie", "series", "episode", "game"])

/** The rating of one source, converted to 0–100. */
const SourceRating = Schema.Struct({ source: Text, score: Percent })

const RawText = Schema.String.check(Schema.isMaxLength(maxTextLength))
const RawRating = Schema.Struct({ Source: RawText, Value: RawText })
export const RawValue = Schema.Union([RawText, Schema.Array(RawRating).check(Schema.isMaxLength(100))])
/** A field name of OMDb: letters only, so never `__proto__`. */
export const RawKey = Schema.String.check(Schema.isPattern(/^[A-Za-z]{1,40}$/))

/**
 * OMDb's details of a movie, typed. A field that OMDb leaves out, sets to `N/A` or sends malformed is absent here; `raw`
 * holds the fields as OMDb sent them.
 */
export const OmdbDetails = Schema.Struct({
  imdbId: ImdbId,
  title: Text,
  year: Schema.optionalKey(ReleaseYears),
  rated: Schema.optionalKey(Text),
  released: Schema.optionalKey(IsoDate),
  runtimeMinutes: Schema.optionalKey(Count),
  genres: Schema.optionalKey(TextList),
  directors: Schema.optionalKey(TextList),
  writers: Schema.optionalKey(TextList),
  actors: Schema.optionalKey(TextList),
  plot: Schema.optionalKey(Text),
  languages: Schema.optionalKey(TextList),
  countries: Schema.optionalKey(TextList),
  awards: Schema.optionalKey(Text),
  poster: Schema.optionalKey(Text),
  ratings: Schema.Array(SourceRating),
  metascore: Schema.optionalKey(Percent),
  imdbRating: Schema.optionalKey(Rating),
  imdbVotes: Schema.optionalKey(Votes),
  type: Schema.optionalKey(TitleType),
  totalSeasons: Schema.optionalKey(Count),
  dvd: Schema.optionalKey(IsoDate),
  boxOfficeUsd: Schema.optionalKey(Count),
  production: Schema.optionalKey(Text),
  website: Schema.optionalKey(Text),
  raw: Schema.Record(RawKey, RawValue)
})
export type OmdbDetails = typeof OmdbDetails.Type
