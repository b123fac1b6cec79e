import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Struct from "effect/Struct"
import { ImdbId } from "./ImdbId.ts"
import { IsoDate } from "./IsoDate.ts"
import * as omdb from "./omdbTexts.ts"
import { orAbsent } from "./orAbsent.ts"
import { List, longestText, Percent, Stars, Text, Votes, whole, Year } from "./Values.ts"

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
export const omdbDetails = Effect.fnUntraced(function* (
  body: unknown
): Effect.fn.Return<OmdbDetails, Schema.SchemaError> {
  const { Ratings = [], ...said } = yield* decodeBody(body)
  const raw = yield* decodeEntries(body)
  return {
    ...Struct.renameKeys(said, ourNames),
    ratings: Arr.getSomes(Ratings.map(toRating)),
    raw: Record.filter(raw, Schema.is(RawValue))
  }
})

/** One of OMDb's texts, read the way OMDb writes such a value. */
const written = <S extends Schema.Constraint>(to: S, read: (text: string) => S["Encoded"] | undefined) =>
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
const told = <S extends Schema.Constraint>(to: S, read: (text: string) => S["Encoded"] | undefined) =>
  orAbsent(written(to, read))

const toldText = told(Text, identity)

const decodeBody = Schema.decodeUnknownEffect(
  Schema.Struct({
    imdbID: ImdbId,
    Title: written(Text, identity),
    Year: told(Years, omdb.years),
    Rated: toldText,
    Released: told(IsoDate, omdb.isoDate),
    Runtime: told(Whole, omdb.minutes),
    Genre: told(List, omdb.list),
    Director: told(List, omdb.people),
    Writer: told(List, omdb.people),
    Actors: told(List, omdb.people),
    Plot: toldText,
    Language: told(List, omdb.list),
    Country: told(List, omdb.list),
    Awards: toldText,
    Poster: toldText,
    Ratings: orAbsent(Schema.Array(Schema.Unknown)),
    Metascore: told(Percent, omdb.decimal),
    imdbRating: told(Stars, omdb.decimal),
    imdbVotes: told(Votes, omdb.whole),
    Type: orAbsent(Type),
    totalSeasons: told(Whole, omdb.whole),
    DVD: told(IsoDate, omdb.isoDate),
    BoxOffice: told(Whole, omdb.dollars),
    Production: toldText,
    Website: toldText
  })
)
const decodeRating = Schema.decodeUnknownOption(
  Schema.Struct({ Source: written(Text, identity), Value: written(Percent, omdb.percent) })
)
const decodeEntries = Schema.decodeUnknownEffect(Schema.Record(RawKey, Schema.Unknown))

const toRating = (rating: unknown) =>
  Option.map(decodeRating(rating), ({ Source, Value }) => ({ source: Source, value: Value }))

const ourNames = {
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
