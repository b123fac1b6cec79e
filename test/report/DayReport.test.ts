import { assert, describe, it } from "@effect/vitest"
import type { CsvRow } from "../../domain/CsvRow.ts"
import { toCsvRow } from "../../domain/CsvRow.ts"
import type { RunRows } from "../../report/movement.ts"
import { enrichedMovie, idOf, manifestOf } from "../support/exampleRun.ts"
import { daysBefore, runOf as exampleRun, reportOf } from "./exampleDay.ts"

/** The row of the movie that this number names, at a rank. */
const rowOf = (movie: number, rank = movie, replaced: Partial<CsvRow> = {}): CsvRow => ({
  ...toCsvRow(enrichedMovie(movie)),
  rank,
  ...replaced
})
const runOf = (days: number, ...rows: ReadonlyArray<CsvRow>): RunRows => exampleRun(days, rows, { total: 250 })
const movementsOf = (rows: ReadonlyArray<CsvRow>, ...earlier: ReadonlyArray<RunRows>) =>
  reportOf(rows, { earlier }).movies.map(({ movement }) => movement?.type)

describe("movement since the previous run", () => {
  it("is absent without an earlier run", () => {
    const report = reportOf([rowOf(1)])
    assert.deepStrictEqual(
      [report.previous, report.month, report.movies[0]?.movement],
      [undefined, undefined, undefined]
    )
  })

  it("is up, down, same, new, or returned from an earlier run", () => {
    const today = [rowOf(1, 1), rowOf(2, 2), rowOf(3, 3), rowOf(4, 4), rowOf(5, 5)]
    const yesterday = runOf(1, rowOf(1, 2), rowOf(2, 1), rowOf(3, 3))
    assert.deepStrictEqual(movementsOf(today, yesterday, runOf(2, rowOf(5, 1))), [
      "up",
      "down",
      "same",
      "new",
      "returned"
    ])
  })

  it("is unknown of a movie that was missing in the previous run, or is beyond its last rank", () => {
    const yesterday = exampleRun(1, [rowOf(1)], { total: 2, missing: new Set([idOf(2)]) })
    const { movies, previous } = reportOf([rowOf(1), rowOf(2), rowOf(3)], { earlier: [yesterday, runOf(2, rowOf(2))] })
    assert.deepStrictEqual(
      movies.map(({ movement }) => movement?.type),
      ["same", "unknown", "unknown"]
    )
    assert.deepInclude(previous, { ranks: 2, entered: 0 })
  })

  it("does not name the movies beyond the last rank of this run as gone", () => {
    const { previous } = reportOf([rowOf(1), rowOf(2)], { earlier: [runOf(1, rowOf(1), rowOf(9, 2), rowOf(8, 3))] })
    assert.deepStrictEqual(previous?.gone, [{ imdbId: idOf(9), title: "Movie 9", rank: 2 }])
  })

  it("has the differences of rank, rating and votes where both runs have the value", () => {
    const before = [rowOf(1, 3, { imdbRating: 9.2, imdbVotes: 1_000 }), rowOf(2, 2, { imdbRating: 9 })]
    const { movies } = reportOf([rowOf(1, 1, { imdbRating: 9.3, imdbVotes: 990 }), rowOf(2, 2, { imdbVotes: 5 })], {
      earlier: [runOf(1, ...before)]
    })
    const since = { runDate: daysBefore(1), rank: 3, imdbRating: 9.2, imdbVotes: 1_000 }
    assert.deepStrictEqual(movies[0]?.movement?.change, { since, ranks: 2, imdbRating: 0.1, imdbVotes: -10 })
    assert.doesNotHaveAnyKeys(movies[1]?.movement?.change, ["imdbRating", "imdbVotes"])
  })

  it("names the movies that left, and not those that are missing today", () => {
    const manifest = manifestOf({
      ...{ total: 9, complete: false, pending: [idOf(3)] },
      gaps: [{ imdbId: idOf(2), rank: 2, title: "Movie 2", reason: "OmdbUnavailable" }]
    })
    const report = reportOf([rowOf(1)], { manifest, earlier: [runOf(1, rowOf(5, 4), rowOf(4, 3), rowOf(2), rowOf(3))] })
    assert.deepStrictEqual(report.previous?.gone, [
      { imdbId: idOf(4), title: "Movie 4", rank: 3 },
      { imdbId: idOf(5), title: "Movie 5", rank: 4 }
    ])
  })

  it("is by the newest earlier run with a row, in whatever order they are given", () => {
    const runs = [runOf(3, rowOf(1, 3)), runOf(-1, rowOf(1, 4)), runOf(0, rowOf(1, 5)), runOf(2, rowOf(1, 2)), runOf(1)]
    const { previous, movies } = reportOf([rowOf(1)], { earlier: runs })
    assert.strictEqual(previous?.runDate, daysBefore(2))
    assert.deepStrictEqual(
      movies[0]?.history.map(({ rank }) => rank),
      [3, 2, 1]
    )
  })
})

describe("movement over 30 days", () => {
  it("is since the oldest run of the last 30 days", () => {
    const earlier = [40, 31, 30, 10, 1].map((days) => runOf(days, rowOf(1, days)))
    const { month, movies } = reportOf([rowOf(1)], { earlier })
    assert.strictEqual(month?.runDate, daysBefore(30))
    assert.deepStrictEqual(movies[0]?.overMonth, { since: { runDate: daysBefore(30), rank: 30 }, ranks: 29 })
  })

  it("is absent with one earlier run, which may be older", () => {
    const { previous, month, movies } = reportOf([rowOf(1)], { earlier: [runOf(90, rowOf(1, 7)), runOf(91, rowOf(1))] })
    assert.deepStrictEqual([previous?.runDate, month, movies[0]?.movement?.type], [daysBefore(90), undefined, "up"])
  })
})

it("orders the movies by rank, and keeps the dates of the last 30 days that could not be read", () => {
  const dates = [daysBefore(1), daysBefore(3), daysBefore(31)]
  const { movies, unreadable } = reportOf([rowOf(2), rowOf(1)], { unreadable: dates })
  assert.deepStrictEqual(
    movies.map(({ row }) => row.rank),
    [1, 2]
  )
  assert.deepStrictEqual(unreadable, [daysBefore(3), daysBefore(1)])
})

it("names each missing movie with its reason, state and next attempt", () => {
  const nextAttemptAt = "2026-11-21T07:00:00.000Z"
  const gap = (movie: number, reason: string) => ({ imdbId: idOf(movie), rank: movie, title: `Movie ${movie}`, reason })
  const manifest = manifestOf({
    ...{ total: 5, complete: false, pending: [idOf(4), idOf(5)] },
    gaps: [{ ...gap(1, "QuotaExhausted"), nextAttemptAt }, gap(2, "MovieNotFound"), gap(3, "Unheard")],
    unreadable: [{ imdbId: idOf(5), reason: "DocumentInvalid", detail: "Missing key" }]
  })
  const { missing } = reportOf([], {
    manifest,
    pending: [{ imdbId: idOf(4), rank: 4, title: "Movie 4" }]
  })
  assert.deepStrictEqual(
    missing.map(({ imdbId: _, ...movie }) => movie),
    [
      {
        ...{ title: "Movie 1", rank: 1, reason: "QuotaExhausted", state: "provisional", nextAttemptAt },
        explanation: "OMDb's daily limit for the API key was reached."
      },
      {
        ...{ title: "Movie 2", rank: 2, reason: "MovieNotFound", state: "final" },
        explanation: "OMDb has no movie with this id."
      },
      {
        ...{ title: "Movie 3", rank: 3, reason: "Unheard", state: "final" },
        explanation: "The movie could not be enriched."
      },
      { title: "Movie 4", rank: 4, explanation: "No result is stored yet.", state: "pending" },
      { reason: "DocumentInvalid", explanation: "The stored object could not be read.", state: "pending" }
    ]
  )
})
