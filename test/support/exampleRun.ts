import { ImdbId } from "../../domain/ImdbId.ts"
import type { Gap } from "../../domain/MovieOutcome.ts"
import { EnrichedMovie } from "../../domain/MovieOutcome.ts"
import type { Roster } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"

export const runDate = RunDate.make("2026-11-21")

/** The id of the movie that these tests give that rank. */
export const idOf = (rank: number) => ImdbId.make(`tt${String(rank).padStart(7, "0")}`)

export const rosterOf = (ranks: ReadonlyArray<number>, day = runDate): Roster => ({
  runDate: day,
  total: ranks.length,
  movies: ranks.map((rank) => ({ imdbId: idOf(rank), rank, title: `Movie ${rank}` })),
  createdAt: "2026-11-21T06:00:00.000Z"
})

export const enrichedMovie = (rank: number, others: Partial<EnrichedMovie> = {}): EnrichedMovie =>
  EnrichedMovie.make({
    runDate,
    imdbId: idOf(rank),
    rank,
    title: `Movie ${rank}`,
    omdb: { imdbId: idOf(rank), title: `Movie ${rank}`, genres: ["Drama", "Crime"], ratings: [], raw: {} },
    enrichedAt: "2026-11-21T06:01:00.000Z",
    ...others
  })

export const gapOf = (rank: number, reason = "MovieNotFound"): Gap => ({
  runDate,
  imdbId: idOf(rank),
  rank,
  title: `Movie ${rank}`,
  reason,
  detail: "OMDb has no movie it",
  attempts: 1,
  at: "2026-11-21T06:02:00.000Z"
})

/** The whole numbers from one to the last. */
export const ranksUpTo = (last: number): ReadonlyArray<number> => Array.from({ length: last }, (_, index) => index + 1)

/** A row as the public list writes it: every value a string. */
export const sourceRow = (rank: number, fields: Record<string, unknown> = {}) => ({
  id: `tt${String(1_000_000 + rank)}`,
  rank: String(rank),
  title: `Movie ${rank}`,
  fullTitle: `Movie ${rank} (1994)`,
  year: "1994",
  image: "",
  crew: "Frank Darabont (dir.), Tim Robbins",
  imDbRating: "9.2",
  imDbRatingCount: "2660364",
  ...fields
})

export const sourceText = (items: ReadonlyArray<unknown>, errorMessage = "") => JSON.stringify({ items, errorMessage })

export const sourceRows = (count: number) => Array.from({ length: count }, (_, index) => sourceRow(index + 1))
