import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { always, list, maybe, number, text } from "../services/csv/cells.ts"
import type { EnrichedMovie } from "./MovieOutcome.ts"
import { RankedMovie } from "./RankedMovie.ts"
import { RunDate } from "./RunDate.ts"
import { Instant, IsoDate, List, Percent, Stars, Text, Votes, whole, Year } from "./Values.ts"

const Whole = whole(0)

// In the order of the header. Each column is flipped, a cell decoding from its value: encodeKeys renames what is encoded,
// so only the values get our names, and an error in a cell names the column as the file does.
const Cells = Schema.Struct({
  run_date: always(text(RunDate)),
  rank: always(number(RankedMovie.fields.rank)),
  imdb_id: always(text(RankedMovie.fields.imdbId)),
  title: always(text(RankedMovie.fields.title)),
  year: maybe(number(Year)),
  end_year: maybe(number(Year)),
  full_title: maybe(text(Text)),
  omdb_title: always(text(Text)),
  type: maybe(text(Text)),
  rated: maybe(text(Text)),
  released: maybe(text(IsoDate)),
  runtime_minutes: maybe(number(Whole)),
  genres: maybe(list(List)),
  directors: maybe(list(List)),
  writers: maybe(list(List)),
  actors: maybe(list(List)),
  crew: maybe(text(Text)),
  plot: maybe(text(Text)),
  languages: maybe(list(List)),
  countries: maybe(list(List)),
  awards: maybe(text(Text)),
  imdb_rating: maybe(number(Stars)),
  imdb_votes: maybe(number(Votes)),
  list_imdb_rating: maybe(number(Stars)),
  list_imdb_rating_count: maybe(number(Votes)),
  metascore: maybe(number(Percent)),
  rotten_tomatoes: maybe(number(Percent)),
  box_office_usd: maybe(number(Whole)),
  total_seasons: maybe(number(Whole)),
  dvd: maybe(text(IsoDate)),
  production: maybe(text(Text)),
  website: maybe(text(Text)),
  poster: maybe(text(Text)),
  image: maybe(text(Text)),
  enriched_at: always(text(Instant))
})

/**
 * One enriched movie as a row of the day's CSV, and as an item of the table. It decodes from the row's cells by column.
 * `title` and `year` are the list's (the year is OMDb's where the list has none), `imdbRating` and `imdbVotes` OMDb's.
 */
export const CsvRow = Schema.flip(
  Cells.pipe(
    Schema.encodeKeys({
      run_date: "runDate",
      imdb_id: "imdbId",
      end_year: "endYear",
      full_title: "fullTitle",
      omdb_title: "omdbTitle",
      runtime_minutes: "runtimeMinutes",
      imdb_rating: "imdbRating",
      imdb_votes: "imdbVotes",
      list_imdb_rating: "listImdbRating",
      list_imdb_rating_count: "listImdbRatingCount",
      rotten_tomatoes: "rottenTomatoes",
      box_office_usd: "boxOfficeUsd",
      total_seasons: "totalSeasons",
      enriched_at: "enrichedAt"
    })
  )
)
export type CsvRow = typeof CsvRow.Type

/** The names of the columns, in order. */
export const csvHeader: ReadonlyArray<string> = Object.keys(Cells.fields)

export const csvRow = ({ omdb, ...movie }: EnrichedMovie): CsvRow => {
  const { imdbId, year: years, ratings, raw, ...told } = omdb
  const year = movie.year ?? years?.year
  const rottenTomatoes = ratings.find(({ source }) => source === "Rotten Tomatoes")?.value
  return {
    ...Struct.renameKeys(told, { title: "omdbTitle" }),
    ...Struct.renameKeys(movie, { imdbRating: "listImdbRating", imdbRatingCount: "listImdbRatingCount" }),
    ...(year === undefined ? {} : { year }),
    ...(years?.endYear === undefined ? {} : { endYear: years.endYear }),
    ...(rottenTomatoes === undefined ? {} : { rottenTomatoes })
  }
}
