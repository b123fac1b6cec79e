import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { CsvRow, toCsvRow } from "../../domain/CsvRow.ts"
import { EnrichedMovie } from "../../domain/MovieOutcome.ts"
import { enrichedMovie } from "../support/exampleRun.ts"

const movie = enrichedMovie(1)

describe("toCsvRow", () => {
  it("takes title, rating and votes of the list and of OMDb into columns of their own", () => {
    const row = toCsvRow({
      ...movie,
      list: { imdbRating: 9.2, imdbRatingCount: 2660364 },
      omdb: {
        ...{ ...movie.omdb, title: "Movie 1, as OMDb names it", imdbRating: 9.3, imdbVotes: 3120594 },
        ratings: [
          { source: "Metacritic", score: 82 },
          { source: "Rotten Tomatoes", score: 89 }
        ]
      }
    })
    assert.deepInclude(row, {
      title: "Movie 1",
      omdbTitle: "Movie 1, as OMDb names it",
      imdbRating: 9.3,
      imdbVotes: 3120594,
      listImdbRating: 9.2,
      listImdbRatingCount: 2660364,
      rottenTomatoes: 89
    })
  })

  it("takes the year from OMDb where the list has none", () => {
    const series = toCsvRow({ ...movie, omdb: { ...movie.omdb, year: { year: 1994, endYear: 1997 } } })
    assert.deepStrictEqual([series.year, series.endYear], [1994, 1997])
  })

  it.prop("returns a valid row of the same movie for any enriched movie", [EnrichedMovie], ([movie]) => {
    const row = toCsvRow(movie)
    assert.isTrue(Schema.is(CsvRow)(row))
    const { runDate, imdbId, rank, title } = movie
    assert.deepInclude(row, { runDate, imdbId, rank, title })
  })
})
