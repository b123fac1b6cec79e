import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { CsvRow, csvHeader, toCsvRow } from "../../domain/CsvRow.ts"
import { EnrichedMovie } from "../../domain/MovieOutcome.ts"

const movie = EnrichedMovie.make({
  runDate: EnrichedMovie.fields.runDate.make("2026-11-21"),
  imdbId: EnrichedMovie.fields.imdbId.make("tt0111161"),
  rank: 1,
  title: "The Shawshank Redemption",
  year: 1994,
  imdbRating: 9.2,
  imdbRatingCount: 2660364,
  omdb: {
    imdbId: EnrichedMovie.fields.imdbId.make("tt0111161"),
    title: "Shawshank",
    year: { year: 1995 },
    released: "1994-10-14",
    runtimeMinutes: 142,
    genres: ["Drama", "Crime"],
    ratings: [
      { source: "Internet Movie Database", value: 93 },
      { source: "Rotten Tomatoes", value: 89 }
    ],
    imdbRating: 9.3,
    imdbVotes: 3120594,
    boxOfficeUsd: 28767189,
    raw: { Title: "Shawshank" }
  },
  enrichedAt: "2026-11-21T06:00:00.000Z"
})
const row = toCsvRow(movie)

const encode = Schema.encodeEffect(CsvRow)
const decode = Schema.decodeUnknownEffect(CsvRow)

describe("CsvRow", () => {
  it.effect("has a cell for every column of the header, in its order, empty for what is absent", () =>
    Effect.gen(function* () {
      const cells = yield* encode(row)
      assert.deepStrictEqual(Object.keys(cells), csvHeader)
      assert.deepStrictEqual(csvHeader.slice(0, 5), ["run_date", "rank", "imdb_id", "title", "year"])
      assert.isTrue(csvHeader.every((column) => /^[a-z]+(_[a-z]+)*$/.test(column)))
      assert.deepStrictEqual(Object.fromEntries(Object.entries(cells).filter(([, cell]) => cell !== "")), {
        run_date: "2026-11-21",
        rank: "1",
        imdb_id: "tt0111161",
        title: "The Shawshank Redemption",
        year: "1994",
        omdb_title: "Shawshank",
        released: "1994-10-14",
        runtime_minutes: "142",
        genres: "Drama|Crime",
        imdb_rating: "9.3",
        imdb_votes: "3120594",
        list_imdb_rating: "9.2",
        list_imdb_rating_count: "2660364",
        rotten_tomatoes: "89",
        box_office_usd: "28767189",
        enriched_at: "2026-11-21T06:00:00.000Z"
      })
    })
  )

  it("takes the year from OMDb where the list has none", () => {
    const { year: _, ...yearless } = movie
    const series = toCsvRow({ ...yearless, omdb: { ...movie.omdb, year: { year: 1994, endYear: 1997 } } })
    assert.deepStrictEqual([series.year, series.endYear], [1994, 1997])
  })

  it.effect.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", "'\r=1"],
    ["'71", "''71"],
    ["''", "'''"],
    ["1=1", "1=1"],
    ["WALL·E", "WALL·E"]
  ] as const)("writes the title %j as %j, which no spreadsheet runs", ([title, cell]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* encode({ ...row, title })).title, cell)
    })
  )

  it.effect.each([
    [["a|b", "c"], "a\\|b|c"],
    [["a\\", "|"], "a\\\\|\\|"],
    [["=a", "'b"], "'=a|'b"],
    [["'a"], "''a"]
  ] as const)("writes the list %j as %j", ([genres, cell]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* encode({ ...row, genres })).genres, cell)
    })
  )

  it.effect.prop("comes back from its cells as it went in", [Schema.toType(CsvRow)], ([row]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* decode(yield* encode(row)), row)
    })
  )

  const Nasty = Schema.String.check(Schema.isPattern(/^[=+\-@\t\r\n'"|\\, a]{1,6}$/))
  it.effect.prop(
    "comes back unchanged however nasty its texts, and no cell runs as a formula",
    [Nasty, Nasty, Schema.NonEmptyArray(Nasty)],
    ([title, plot, genres]) =>
      Effect.gen(function* () {
        const nasty = { ...row, title, plot, genres }
        const cells = yield* encode(nasty)
        assert.deepStrictEqual(yield* decode(cells), nasty)
        for (const cell of Object.values(cells)) assert.notMatch(cell, /^[=+\-@\t\r]/)
      })
  )

  it.effect.prop("is made of any enriched movie without loss of identity", [EnrichedMovie], ([movie]) =>
    Effect.gen(function* () {
      const { runDate, imdbId, rank, title } = yield* decode(yield* encode(toCsvRow(movie)))
      const { runDate: day, imdbId: id, rank: place, title: name } = movie
      assert.deepStrictEqual([runDate, imdbId, rank, title], [day, id, place, name])
    })
  )

  it.effect.each([
    ["rank", ""],
    ["rank", "-1"],
    ["rank", "first"],
    ["run_date", "2026-02-30"],
    ["imdb_id", "0111161"],
    ["title", ""],
    ["runtime_minutes", "142 min"],
    ["imdb_votes", "3,120,594"],
    ["released", "14 Oct 1994"],
    ["genres", "Drama||Crime"],
    ["genres", "Drama\\"],
    ["box_office_usd", undefined]
  ] as const)("refuses column %s with the cell %j and names the column", ([column, cell]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(decode({ ...(yield* encode(row)), [column]: cell }))
      assert.include(error.message, `["${column}"]`)
    })
  )

  it.effect("does not mind a column it does not know", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* decode({ ...(yield* encode(row)), added_later: "x" }), row)
    })
  )
})
