import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Struct from "effect/Struct"
import { ImdbId } from "../../domain/ImdbId.ts"
import { type OmdbDetails, RawKey, RawValue, ReleaseYears, TitleType } from "../../domain/OmdbDetails.ts"
import { keptText } from "../../domain/texts.ts"
import {
  absentIfInvalid,
  Count,
  IsoDate,
  LongText,
  Percent,
  Rating,
  Text,
  TextList,
  Url,
  Usd,
  Votes
} from "../../domain/Values.ts"
import { countryCodes } from "./countries.ts"
import * as parse from "./texts.ts"

/** Decodes the body of a found movie. Fails only without an id; any other invalid field is absent. */
export const decodeOmdbDetails = Effect.fnUntraced(function* (
  body: unknown
): Effect.fn.Return<OmdbDetails, Schema.SchemaError> {
  const { Ratings = [], ...fields } = yield* decodeBody(body)
  const raw = yield* decodeEntries(body)
  const codes = countryCodes(fields.Country ?? [])
  return {
    ...Struct.renameKeys(fields, fieldNames),
    ...parse.awards(fields.Awards ?? ""),
    ...(Arr.isReadonlyArrayNonEmpty(codes) ? { countryCodes: codes } : {}),
    ratings: Arr.getSomes(Ratings.slice(0, 20).map(toSourceRating)),
    raw: Record.filter(raw, Schema.is(RawValue))
  }
})

/** A text of OMDb, or a number or boolean in its place. */
const ReplyText = Schema.Union([Schema.String, Schema.Number, Schema.Boolean]).pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transform((value) => keptText(String(value))),
    encode: SchemaGetter.passthrough()
  })
)

/** A text, parsed. The parser returns undefined for a text that it does not recognize. */
const parsed = <S extends Schema.Constraint>(to: S, parser: (text: string) => S["Encoded"] | undefined) =>
  // The length is checked before parsing: splitting a text of a megabyte into a list takes minutes.
  ReplyText.check(
    Schema.isMaxLength(4_000),
    Schema.makeFilter((text) => text !== "N/A")
  ).pipe(
    Schema.decodeTo(to, {
      decode: SchemaGetter.transformOptional(Option.flatMapNullishOr(parser)),
      encode: SchemaGetter.forbidden(() => "OMDb's replies are only decoded")
    })
  )

const optional = <S extends Schema.Constraint>(to: S, parser: (text: string) => S["Encoded"] | undefined) =>
  absentIfInvalid(parsed(to, parser))

const optionalText = optional(Text, identity)
const optionalUrl = optional(Url, identity)

const decodeBody = Schema.decodeUnknownEffect(
  Schema.Struct({
    imdbID: ImdbId,
    Title: optionalText,
    Year: optional(ReleaseYears, parse.years),
    Rated: optionalText,
    Released: optional(IsoDate, parse.isoDate),
    Runtime: optional(Count, parse.minutes),
    Genre: optional(TextList, parse.list),
    Director: optional(TextList, parse.people),
    Writer: optional(TextList, parse.people),
    Actors: optional(TextList, parse.people),
    Plot: optional(LongText, identity),
    Language: optional(TextList, parse.list),
    Country: optional(TextList, parse.list),
    Awards: optionalText,
    Poster: optionalUrl,
    Ratings: absentIfInvalid(Schema.Array(Schema.Unknown)),
    Metascore: optional(Percent, parse.decimal),
    imdbRating: optional(Rating, parse.decimal),
    imdbVotes: optional(Votes, parse.whole),
    Type: absentIfInvalid(TitleType),
    totalSeasons: optional(Count, parse.whole),
    DVD: optional(IsoDate, parse.isoDate),
    BoxOffice: optional(Usd, parse.dollars),
    Production: optionalText,
    Website: optionalUrl
  })
)
const decodeRating = Schema.decodeUnknownOption(
  Schema.Struct({ Source: parsed(Text, identity), Value: parsed(Percent, parse.percent) })
)
const decodeEntries = Schema.decodeUnknownEffect(Schema.Record(RawKey, Schema.Unknown))

const toSourceRating = (rating: unknown) =>
  Option.map(decodeRating(rating), ({ Source, Value }) => ({ source: Source, score: Value }))

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
