import { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey } from "../../domain/keys.ts"
import { EnrichedMovie, type Gap } from "../../domain/MovieOutcome.ts"
import { Manifest, type Roster } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"

export const runDate = RunDate.make("2026-11-21")

/** The id of the movie with that rank. */
export const idOf = (rank: number) => ImdbId.make(`tt${String(rank).padStart(7, "0")}`)

/** The deadline of the run is a quarter of an hour later. */
export const rosterCreatedAt = "2026-11-21T06:00:00.000Z"

export const rosterOf = (ranks: ReadonlyArray<number>, day = runDate): Roster => ({
  runDate: day,
  total: ranks.length,
  movies: ranks.map((rank) => ({ imdbId: idOf(rank), rank, title: `Movie ${rank}` })),
  createdAt: rosterCreatedAt
})

export const enrichedMovie = (rank: number, replaced: Partial<EnrichedMovie> = {}): EnrichedMovie =>
  EnrichedMovie.make({
    runDate,
    imdbId: idOf(rank),
    rank,
    title: `Movie ${rank}`,
    list: {},
    omdb: { imdbId: idOf(rank), title: `Movie ${rank}`, genres: ["Drama", "Crime"], ratings: [], raw: {} },
    enrichedAt: "2026-11-21T06:01:00.000Z",
    ...replaced
  })

export const gapOf = (rank: number, replaced: Partial<Gap> = {}): Gap => ({
  runDate,
  imdbId: idOf(rank),
  rank,
  title: `Movie ${rank}`,
  reason: "MovieNotFound",
  detail: "OMDb has no such movie",
  attempts: 1,
  at: "2026-11-21T06:02:00.000Z",
  ...replaced
})

/** Of a run of one movie that is enriched. */
export const manifestOf = (replaced: Partial<Manifest> = {}): Manifest =>
  Manifest.make({
    runDate,
    rosterCreatedAt,
    complete: true,
    total: 1,
    enriched: 1,
    gaps: [],
    pending: [],
    unreadable: [],
    csvKey: csvKey(runDate),
    sha256: "0".repeat(64),
    madeOf: [],
    completedAt: "2026-11-21T06:05:00.000Z",
    ...replaced
  })

export const ranksUpTo = (last: number): ReadonlyArray<number> => Array.from({ length: last }, (_, index) => index + 1)

/** A row of the source list: every value is a text. */
export const sourceRow = (rank: number, replaced: Record<string, unknown> = {}) => ({
  id: `tt${String(1_000_000 + rank)}`,
  rank: String(rank),
  title: `Movie ${rank}`,
  fullTitle: `Movie ${rank} (1994)`,
  year: "1994",
  image: "",
  crew: "Frank Darabont (dir.), Tim Robbins",
  imDbRating: "9.2",
  imDbRatingCount: "2660364",
  ...replaced
})

export const sourceRows = (count: number) => ranksUpTo(count).map((rank) => sourceRow(rank))

/** The source list's file. */
export const sourceText = (items: ReadonlyArray<unknown>, errorMessage = "") => JSON.stringify({ items, errorMessage })
