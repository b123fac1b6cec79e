import * as Schema from "effect/Schema"
import { CsvRow } from "../domain/CsvRow.ts"
import { field } from "../domain/field.ts"
import type { AnalyticsName } from "../domain/keys.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { Count, integer, Percent, Rating, Text, Usd, Year } from "../domain/Values.ts"
import { csvWriter } from "../services/csv/writer.ts"
import { decadesOf, groupsBy, ratingSources, ratingSummaries } from "./summaries.ts"

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

/** The rows of the aggregate CSVs. A movie counts in each of its genres, countries and directors. */
export const GenreRow = Schema.Struct({ runDate, genre: computed(Text, "Genre", "Drama"), ...ofGroup })
export const CountryRow = Schema.Struct({
  runDate,
  countryCode: computed(Text, "ISO 3166-1 alpha-2 code of a country of production", "US"),
  ...ofGroup
})
export const DecadeRow = Schema.Struct({
  runDate,
  decade: computed(Year, "First year of the decade of `year`", 1990),
  ...ofGroup
})
export const DirectorRow = Schema.Struct({
  runDate,
  director: computed(Text, "Director", "Frank Darabont"),
  ...ofGroup
})
export const BoxOfficeRow = Schema.Struct({
  runDate,
  boxOfficeRank: computed(integer(1), "Place by box office; equal amounts by `rank`", 1),
  imdbId,
  title,
  year,
  rank,
  boxOfficeUsd: computed(Usd, "Box office in the USA and Canada", 28_767_189, "US dollars"),
  imdbRating
})
export const RatingsRow = Schema.Struct({
  runDate,
  source: computed(Schema.Literals(ratingSources), "Source of the ratings", "IMDb"),
  movies,
  mean: computed(Percent, "Mean; IMDb's ratings × 10", 89.3, "0–100"),
  median: computed(Percent, "Median", 89, "0–100"),
  lowest: computed(Percent, "Lowest", 85, "0–100"),
  highest: computed(Percent, "Highest", 93, "0–100")
})

const writers = {
  genres: csvWriter(GenreRow),
  countries: csvWriter(CountryRow),
  decades: csvWriter(DecadeRow),
  directors: csvWriter(DirectorRow),
  box_office: csvWriter(BoxOfficeRow),
  ratings: csvWriter(RatingsRow)
}

/** The texts of a run's aggregate CSVs, by the names of their folders. */
export const analyticsCsvs = (
  runDate: RunDate,
  rows: ReadonlyArray<CsvRow>
): Readonly<Record<AnalyticsName, string>> => ({
  genres: writers.genres(
    groupsBy(rows, ({ genres }) => genres).map(({ name, summary }) => ({ runDate, genre: name, ...summary }))
  ),
  countries: writers.countries(
    groupsBy(rows, ({ countryCodes }) => countryCodes).map(({ name, summary }) => ({
      ...{ runDate, countryCode: name },
      ...summary
    }))
  ),
  decades: writers.decades(
    groupsBy(rows, decadesOf).map(({ name, summary }) => ({ runDate, decade: name, ...summary }))
  ),
  directors: writers.directors(
    groupsBy(rows, ({ directors }) => directors).map(({ name, summary }) => ({ runDate, director: name, ...summary }))
  ),
  box_office: writers.box_office(boxOfficeRows(rows)),
  ratings: writers.ratings(ratingSummaries(rows).map((summary) => ({ runDate, ...summary })))
})

const boxOfficeRows = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<typeof BoxOfficeRow.Type> =>
  rows
    .flatMap((row) => (row.boxOfficeUsd === undefined ? [] : { ...row, boxOfficeUsd: row.boxOfficeUsd }))
    .sort((a, b) => b.boxOfficeUsd - a.boxOfficeUsd || a.rank - b.rank)
    .map((row, index) => ({ ...row, boxOfficeRank: index + 1 }))
