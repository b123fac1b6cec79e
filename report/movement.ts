import * as Schema from "effect/Schema"
import { CsvRow } from "../domain/CsvRow.ts"
import type { ImdbId } from "../domain/ImdbId.ts"
import type { RunDate } from "../domain/RunDate.ts"

/** A row of an earlier CSV, as far as it is compared. */
const { imdbId, title, rank, imdbRating, imdbVotes } = CsvRow.fields
export const EarlierRow = Schema.Struct({ imdbId, title, rank, imdbRating, imdbVotes })
export type EarlierRow = typeof EarlierRow.Type

/** An earlier run. */
export interface RunRows {
  readonly runDate: RunDate
  readonly rows: ReadonlyArray<EarlierRow>
  /** How many movies the run had, with a row or without one. */
  readonly total: number
  /** Its movies without a row. */
  readonly missing: ReadonlySet<ImdbId>
}

/** Whether nothing is known of a movie of that rank without a row in the earlier run: it was missing, or the run was shorter. */
const isUnknown = ({ missing, total }: RunRows, imdbId: ImdbId, rank: number): boolean =>
  missing.has(imdbId) || rank > total

/** A movie's place in one run. */
export interface Placement {
  readonly runDate: RunDate
  readonly rank: number
  readonly imdbRating?: number
  readonly imdbVotes?: number
}

/** What changed for a movie since an earlier run. A difference is absent where one of the two values is. */
export interface Change {
  readonly since: Placement
  /** Above zero: the movie moved up, to a smaller rank. */
  readonly ranks: number
  readonly imdbRating?: number
  readonly imdbVotes?: number
}

export interface Movement {
  /**
   * `returned`: not in the previous run, but in an earlier one of the last 30 days. `unknown`: the movie was missing in the
   * previous run, or that run was shorter.
   */
  readonly type: "up" | "down" | "same" | "new" | "returned" | "unknown"
  /** Absent for a movie without a row in the previous run. */
  readonly change?: Change
}

export interface GoneMovie {
  readonly imdbId: ImdbId
  readonly title: string
  /** In the earlier run. */
  readonly rank: number
}

export const placementOf = (runDate: RunDate, { rank, imdbRating, imdbVotes }: EarlierRow): Placement => ({
  runDate,
  rank,
  ...(imdbRating === undefined ? {} : { imdbRating }),
  ...(imdbVotes === undefined ? {} : { imdbVotes })
})

export const changeBetween = (since: Placement, now: Placement): Change => {
  const imdbRating = difference(since.imdbRating, now.imdbRating)
  const imdbVotes = difference(since.imdbVotes, now.imdbVotes)
  return {
    since,
    ranks: since.rank - now.rank,
    ...(imdbRating === undefined ? {} : { imdbRating }),
    ...(imdbVotes === undefined ? {} : { imdbVotes })
  }
}

/** 9.3 - 9.2 is 0.10000000000000142. */
const difference = (before: number | undefined, now: number | undefined): number | undefined =>
  before === undefined || now === undefined ? undefined : Math.round((now - before) * 100) / 100

/** The movement since the previous run. `history` has the movie's placements in earlier runs, the newest last. */
export const movementSince = (
  previous: RunRows,
  imdbId: ImdbId,
  history: ReadonlyArray<Placement>,
  now: Placement
): Movement => {
  const last = history.at(-1)
  if (last?.runDate !== previous.runDate) {
    if (isUnknown(previous, imdbId, now.rank)) return { type: "unknown" }
    return { type: last === undefined ? "new" : "returned" }
  }
  const change = changeBetween(last, now)
  return { type: change.ranks > 0 ? "up" : change.ranks < 0 ? "down" : "same", change }
}

/** The movies of the first `total` ranks of an earlier run that are not among `ids`, by rank. */
export const goneSince = (earlier: RunRows, ids: ReadonlySet<ImdbId>, total: number): ReadonlyArray<GoneMovie> =>
  earlier.rows
    .filter(({ imdbId, rank }) => rank <= total && !ids.has(imdbId))
    .map(({ imdbId, title, rank }) => ({ imdbId, title, rank }))
    .sort((a, b) => a.rank - b.rank)

/** How many of the rows are of movies that were not in the earlier run. */
export const enteredSince = (earlier: RunRows, rows: ReadonlyArray<EarlierRow>): number => {
  const before = new Set(earlier.rows.map(({ imdbId }) => imdbId))
  return rows.filter(({ imdbId, rank }) => !before.has(imdbId) && !isUnknown(earlier, imdbId, rank)).length
}
