import * as Schema from "effect/Schema"
import { CsvRow } from "./CsvRow.ts"
import { field } from "./field.ts"
import type { AnalyticsName } from "./keys.ts"
import { Count, integer, Percent, Rating, Text, Usd, Year } from "./Values.ts"

export const ratingSources = ["IMDb", "Rotten Tomatoes", "Metacritic"] as const
export type RatingSource = (typeof ratingSources)[number]

const computed = <S extends Schema.Top>(schema: S, description: string, example: unknown, unit?: string) =>
  field(schema, description, { source: "stage 5", example, ...(unit === undefined ? {} : { unit }) })
const optional = <S extends Schema.Top>(schema: S, description: string, example: unknown, unit?: string) =>
  field(Schema.optionalKey(schema), description, {
    ...{ source: "stage 5", example, absent: "no movie has the value" },
    ...(unit === undefined ? {} : { unit })
  })

const { runDate, rank, imdbId, title, year, imdbRating } = CsvRow.fields
const movies = computed(integer(1), "Number of movies", 7)
const ofGroup = {
  movies,
  bestRank: computed(rank, "The smallest rank of its movies", 1),
  meanImdbRating: optional(Rating, "Mean of `imdb_rating`", 8.93, "0–10"),
  meanMetascore: optional(Percent, "Mean of `metascore`", 88.5, "0–100"),
  meanRottenTomatoes: optional(Percent, "Mean of `rotten_tomatoes`", 93.33, "0–100"),
  imdbVotes: optional(Count, "Sum of `imdb_votes`", 14_220_812, "votes"),
  boxOfficeUsd: optional(Usd, "Sum of `box_office_usd`", 763_455_561, "US dollars")
}

/** The rows of the aggregate CSVs, by name. A movie counts in each of its genres, countries and directors. */
export const AnalyticsRow = {
  genres: Schema.Struct({ runDate, genre: computed(Text, "Genre", "Drama"), ...ofGroup }),
  countries: Schema.Struct({
    runDate,
    countryCode: computed(Text, "ISO 3166-1 alpha-2 code of a country of production", "US"),
    ...ofGroup
  }),
  decades: Schema.Struct({
    runDate,
    decade: computed(Year, "First year of the decade of `year`", 1990),
    ...ofGroup
  }),
  directors: Schema.Struct({ runDate, director: computed(Text, "Director", "Frank Darabont"), ...ofGroup }),
  box_office: Schema.Struct({
    runDate,
    boxOfficeRank: computed(integer(1), "Place by box office; equal amounts by `rank`", 1),
    imdbId,
    title,
    year,
    rank,
    boxOfficeUsd: computed(Usd, "Box office in the USA and Canada", 28_767_189, "US dollars"),
    imdbRating
  }),
  ratings: Schema.Struct({
    runDate,
    source: computed(Schema.Literals(ratingSources), "Source of the ratings", "IMDb"),
    movies,
    mean: computed(Percent, "Mean; IMDb's ratings × 10", 89.3, "0–100"),
    median: computed(Percent, "Median", 89, "0–100"),
    lowest: computed(Percent, "Lowest", 85, "0–100"),
    highest: computed(Percent, "Highest", 93, "0–100")
  })
} satisfies Record<AnalyticsName, Schema.Top>
