import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type { EnrichedMovie } from "./MovieOutcome.ts"
import { OmdbDetails } from "./OmdbDetails.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, Percent, Rating, Text, Votes, Year } from "./Values.ts"

const omdb = OmdbDetails.fields

/**
 * One enriched movie of a run: a row of the CSV, in the order of its columns, and an item of the table. `title` and
 * `year` are the list's (the year is OMDb's where the list has none), `imdbRating` and `imdbVotes` are OMDb's.
 */
export const CsvRow = Schema.Struct({
  runDate: RunDate,
  rank: RankedMovie.fields.rank,
  imdbId: RankedMovie.fields.imdbId,
  title: RankedMovie.fields.title,
  year: Schema.optionalKey(Year),
  endYear: Schema.optionalKey(Year),
  fullTitle: Schema.optionalKey(Text),
  omdbTitle: Text,
  type: Schema.optionalKey(Text),
  rated: omdb.rated,
  released: omdb.released,
  runtimeMinutes: omdb.runtimeMinutes,
  genres: omdb.genres,
  directors: omdb.directors,
  writers: omdb.writers,
  actors: omdb.actors,
  crew: Schema.optionalKey(Text),
  plot: omdb.plot,
  languages: omdb.languages,
  countries: omdb.countries,
  awards: omdb.awards,
  imdbRating: omdb.imdbRating,
  imdbVotes: omdb.imdbVotes,
  listImdbRating: Schema.optionalKey(Rating),
  listImdbRatingCount: Schema.optionalKey(Votes),
  metascore: omdb.metascore,
  rottenTomatoes: Schema.optionalKey(Percent),
  boxOfficeUsd: omdb.boxOfficeUsd,
  totalSeasons: omdb.totalSeasons,
  dvd: omdb.dvd,
  production: omdb.production,
  website: omdb.website,
  poster: omdb.poster,
  image: Schema.optionalKey(Text),
  enrichedAt: Instant
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
