import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { field, omdbField } from "./field.ts"
import { EnrichedMovie } from "./MovieOutcome.ts"
import { OmdbDetails } from "./OmdbDetails.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { Percent, Year } from "./Values.ts"

const omdb = OmdbDetails.fields
const list = RankedMovie.fields

/**
 * One enriched movie of a run: a row of the CSV, in the order of its columns, and an item of the table. `title` and
 * `year` are the list's (the year is OMDb's where the list has none), `imdbRating` and `imdbVotes` are OMDb's. A new
 * column is added at the end.
 */
export const CsvRow = Schema.Struct({
  runDate: EnrichedMovie.fields.runDate,
  rank: list.rank,
  imdbId: list.imdbId,
  title: list.title,
  year: field(Schema.optionalKey(Year), "Release year", {
    source: "list `year`, else OMDb `Year`",
    example: 1994,
    absent: "neither has a usable value"
  }),
  endYear: omdbField(Year, "Year", "Last year of a series that has ended", 1997),
  fullTitle: list.fullTitle,
  omdbTitle: omdb.title,
  type: omdb.type,
  rated: omdb.rated,
  released: omdb.released,
  runtimeMinutes: omdb.runtimeMinutes,
  genres: omdb.genres,
  directors: omdb.directors,
  writers: omdb.writers,
  actors: omdb.actors,
  crew: list.crew,
  plot: omdb.plot,
  languages: omdb.languages,
  countries: omdb.countries,
  awards: omdb.awards,
  imdbRating: omdb.imdbRating,
  imdbVotes: omdb.imdbVotes,
  listImdbRating: list.imdbRating,
  listImdbRatingCount: list.imdbRatingCount,
  metascore: omdb.metascore,
  rottenTomatoes: omdbField(Percent, "Ratings", "Rotten Tomatoes' score", 89, { unit: "0–100" }),
  boxOfficeUsd: omdb.boxOfficeUsd,
  totalSeasons: omdb.totalSeasons,
  dvd: omdb.dvd,
  production: omdb.production,
  website: omdb.website,
  poster: omdb.poster,
  image: list.image,
  enrichedAt: EnrichedMovie.fields.enrichedAt,
  countryCodes: omdb.countryCodes,
  oscarsWon: omdb.oscarsWon,
  oscarNominations: omdb.oscarNominations,
  awardWins: omdb.awardWins,
  awardNominations: omdb.awardNominations
})
export type CsvRow = typeof CsvRow.Type

export const toCsvRow = ({ list, omdb, ...movie }: EnrichedMovie): CsvRow => {
  const { imdbId, year: years, ratings, raw, ...details } = omdb
  const { year: listYear, ...listFields } = list
  const year = listYear ?? years?.year
  const rottenTomatoes = ratings.find(({ source }) => source === "Rotten Tomatoes")?.score
  return {
    ...Struct.renameKeys(details, { title: "omdbTitle" }),
    ...Struct.renameKeys(listFields, { imdbRating: "listImdbRating", imdbRatingCount: "listImdbRatingCount" }),
    ...movie,
    ...(year === undefined ? {} : { year }),
    ...(years?.endYear === undefined ? {} : { endYear: years.endYear }),
    ...(rottenTomatoes === undefined ? {} : { rottenTomatoes })
  }
}
