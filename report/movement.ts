import type { CsvRow } from "../domain/CsvRow.ts"
import type { ImdbId } from "../domain/ImdbId.ts"
import type { RunDate } from "../domain/RunDate.ts"

/** A row of an earlier CSV, as far as it is compared. */
export type EarlierRow = Pick<CsvRow, "imdbId" | "title" | "rank" | "imdbRating" | "imdbVotes">

/** An earlier run. */
export interface RunRows {
  readonly runDate: RunDate
  readonly rows: ReadonlyArray<EarlierRow>
}

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
  /** `returned`: not in the previous run, but in an earlier one of the last 30 days. */
  readonly type: "up" | "down" | "same" | "new" | "returned"
  /** Absent for a movie that is new or has returned. */
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
export const movementSince = (previous: RunDate, history: ReadonlyArray<Placement>, now: Placement): Movement => {
  const last = history.at(-1)
  if (last === undefined) return { type: "new" }
  if (last.runDate !== previous) return { type: "returned" }
  const change = changeBetween(last, now)
  return { type: change.ranks > 0 ? "up" : change.ranks < 0 ? "down" : "same", change }
}

/** The movies of an earlier run that are not among `ids`, by rank. */
export const goneSince = (earlier: RunRows, ids: ReadonlySet<ImdbId>): ReadonlyArray<GoneMovie> =>
  earlier.rows
    .filter(({ imdbId }) => !ids.has(imdbId))
    .map(({ imdbId, title, rank }) => ({ imdbId, title, rank }))
    .sort((a, b) => a.rank - b.rank)
