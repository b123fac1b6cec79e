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

export const gapOf = (rank: number, reason = "MovieUnknown"): Gap => ({
  runDate,
  imdbId: idOf(rank),
  rank,
  title: `Movie ${rank}`,
  reason,
  detail: "OMDb does not know it",
  attempts: 1,
  at: "2026-11-21T06:02:00.000Z"
})

/** The whole numbers from one to the last. */
export const upTo = (last: number): ReadonlyArray<number> => Array.from({ length: last }, (_, index) => index + 1)
