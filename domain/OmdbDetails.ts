import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Struct from "effect/Struct"
import * as omdb from "../services/omdb/texts.ts"
import { ImdbId } from "./ImdbId.ts"
import { IsoDate, List, longestText, orAbsent, Percent, Stars, Text, Votes, whole, Year } from "./Values.ts"

const Whole = whole(0)
const Type = Schema.Literals(["movie", "series", "episode", "game"])

/** `1994`, a series that ended `1994–1997`, one that runs `2006–`. */
const Years = Schema.Struct({
  year: Year,
  endYear: Schema.optionalKey(Year),
  ongoing: Schema.optionalKey(Schema.Literal(true))
})

/** One critic's verdict, whatever its scale was, as 0 to 100. */
const Rating = Schema.Struct({ source: Text, value: Percent })

const RawText = Schema.String.check(Schema.isMaxLength(longestText))
const RawRating = Schema.Struct({ Source: RawText, Value: RawText })
const RawValue = Schema.Union([RawText, Schema.Array(RawRating).check(Schema.isMaxLength(100))])
// No key of OMDb's is like `__proto__`.
const RawKey = Schema.String.check(Schema.isPattern(/^[A-Za-z]{1,40}$/))

/** What OMDb says of a movie, typed. What OMDb leaves out, calls `N/A` or garbles is absent, and is in `raw` as it was. */
export const OmdbDetails = Schema.Struct({
  imdbId: ImdbId,
  title: Text,
  year: Schema.optionalKey(Years),
  rated: Schema.optionalKey(Text),
  released: Schema.optionalKey(IsoDate),
  runtimeMinutes: Schema.optionalKey(Whole),
  genres: Schema.optionalKey(List),
  directors: Schema.optionalKey(List),
  writers: Schema.optionalKey(List),
  actors: Schema.optionalKey(List),
  plot: Schema.optionalKey(Text),
  languages: Schema.optionalKey(List),
  countries: Schema.optionalKey(List),
  awards: Schema.optionalKey(Text),
  poster: Schema.optionalKey(Text),
  ratings: Schema.Array(Rating),
  metascore: Schema.optionalKey(Percent),
  imdbRating: Schema.optionalKey(Stars),
  imdbVotes: Schema.optionalKey(Votes),
  type: Schema.optionalKey(Type),
  totalSeasons: Schema.optionalKey(Whole),
  dvd: Schema.optionalKey(IsoDate),
  boxOfficeUsd: Schema.optionalKey(Whole),
  production: Schema.optionalKey(Text),
  website: Schema.optionalKey(Text),
  raw: Schema.Record(RawKey, RawValue)
})
export type OmdbDetails = typeof OmdbDetails.Type

/** Reads a parsed body of OMDb's. Only one without an id or a title is refused: it tells of no movie. */
export const decodeOmdbDetails = Effect.fnUntraced(function* (
  body: unknown
): Effect.fn.Return<OmdbDetails, Schema.SchemaError> {
  const { Ratings = [], ...said } = yield* decodeBody(body)
  const raw = yield* decodeEntries(body)
  return {
    ...Struct.renameKeys(said, fieldNames),
    ratings: Arr.getSomes(Ratings.map(toRating)),
    raw: Record.filter(raw, Schema.is(RawValue))
  }
})

/** One of OMDb's texts, read the way OMDb writes such a value. */
const textFrom = <S extends Schema.Constraint>(to: S, read: (text: string) => S["Encoded"] | undefined) =>
  // Bounded before it is read: to take a text of a megabyte apart as a list takes minutes.
  Schema.Trim.check(
    Schema.isMaxLength(longestText),
    Schema.makeFilter((text) => text !== "N/A")
  ).pipe(
    Schema.decodeTo(to, {
      decode: SchemaGetter.transformOptional(Option.flatMapNullishOr(read)),
      encode: SchemaGetter.forbidden(() => "OMDb's answers are only read")
    })
  )
const optionalFrom = <S extends Schema.Constraint>(to: S, read: (text: string) => S["Encoded"] | undefined) =>
  orAbsent(textFrom(to, read))

const optionalText = optionalFrom(Text, identity)

const decodeBody = Schema.decodeUnknownEffect(
  Schema.Struct({
    imdbID: ImdbId,
    Title: textFrom(Text, identity),
    Year: optionalFrom(Years, omdb.years),
    Rated: optionalText,
    Released: optionalFrom(IsoDate, omdb.isoDate),
    Runtime: optionalFrom(Whole, omdb.minutes),
    Genre: optionalFrom(List, omdb.list),
    Director: optionalFrom(List, omdb.people),
    Writer: optionalFrom(List, omdb.people),
    Actors: optionalFrom(List, omdb.people),
    Plot: optionalText,
    Language: optionalFrom(List, omdb.list),
    Country: optionalFrom(List, omdb.list),
    Awards: optionalText,
    Poster: optionalText,
    Ratings: orAbsent(Schema.Array(Schema.Unknown)),
    Metascore: optionalFrom(Percent, omdb.decimal),
    imdbRating: optionalFrom(Stars, omdb.decimal),
    imdbVotes: optionalFrom(Votes, omdb.whole),
    Type: orAbsent(Type),
    totalSeasons: optionalFrom(Whole, omdb.whole),
    DVD: optionalFrom(IsoDate, omdb.isoDate),
    BoxOffice: optionalFrom(Whole, omdb.dollars),
    Production: optionalText,
    Website: optionalText
  })
)
const decodeRating = Schema.decodeUnknownOption(
  Schema.Struct({ Source: textFrom(Text, identity), Value: textFrom(Percent, omdb.percent) })
)
const decodeEntries = Schema.decodeUnknownEffect(Schema.Record(RawKey, Schema.Unknown))

const toRating = (rating: unknown) =>
  Option.map(decodeRating(rating), ({ Source, Value }) => ({ source: Source, value: Value }))

const fieldNames = {
  imdbID: "imdbId",
  Title: "title",
  Year: "year",
  Rated: "rated",
  Released: "released",
  Runtime: "runtimeMinutes",
  Genre: "genres",
  Director: "directors",
  Writer: "writers",
  Actors: "actors",
  Plot: "plot",
  Language: "languages",
  Country: "countries",
  Awards: "awards",
  Poster: "poster",
  Metascore: "metascore",
  Type: "type",
  DVD: "dvd",
  BoxOffice: "boxOfficeUsd",
  Production: "production",
  Website: "website"
} as const
