import * as Duration from "effect/Duration"
import type { CsvRow } from "../domain/CsvRow.ts"
import type { ImdbId } from "../domain/ImdbId.ts"
import type { Manifest, RosterMovie } from "../domain/Run.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { epochMillis } from "../domain/Values.ts"
import { type MissingMovie, missingMovies } from "./missing.ts"
import {
  type Change,
  changeBetween,
  enteredSince,
  type GoneMovie,
  goneSince,
  type Movement,
  movementSince,
  type Placement,
  placementOf,
  type RunRows
} from "./movement.ts"

/** What a day's report is made of. */
export interface ReportSources {
  readonly manifest: Manifest
  /** The rows of the CSV that the manifest names. */
  readonly rows: ReadonlyArray<CsvRow>
  /** The movies that the manifest names as pending, as the roster has them; those that it does not have are left out. */
  readonly pending: ReadonlyArray<RosterMovie>
  /** The earlier runs whose CSV could be read, in any order. */
  readonly earlier: ReadonlyArray<RunRows>
  /** The earlier runs whose CSV could not be read. */
  readonly unreadable: ReadonlyArray<RunDate>
}

export interface ReportedMovie {
  readonly row: CsvRow
  /** Absent without a previous run. */
  readonly movement?: Movement
  /** The placements in the compared runs, the oldest first, and today's as the last. */
  readonly history: ReadonlyArray<Placement>
  /** The change since the oldest of them; absent for a movie that is in none. */
  readonly overMonth?: Change
}

/** A comparison of the whole run with an earlier one. */
export interface Comparison {
  readonly runDate: RunDate
  /** How many ranks both runs have. */
  readonly ranks: number
  /** How many movies of this run were not in that one. */
  readonly entered: number
  /** The movies of that run that do not belong to this one. A movie that is missing today is not gone. */
  readonly gone: ReadonlyArray<GoneMovie>
}

/** What the report of a day contains. */
export interface DayReport {
  readonly manifest: Manifest
  /** By rank. */
  readonly movies: ReadonlyArray<ReportedMovie>
  readonly missing: ReadonlyArray<MissingMovie>
  /** The newest earlier run; absent where there is none. */
  readonly previous?: Comparison
  /** The oldest run of the last 30 days; absent where there is none besides the previous run. */
  readonly month?: Comparison
  /** Of the last 30 days. */
  readonly unreadable: ReadonlyArray<RunDate>
}

/** Earlier runs are read up to this number, the newest first. */
export const maxEarlierRuns = 30
const window = Duration.days(30)

export const dayReport = ({ manifest, rows, pending, earlier, unreadable }: ReportSources): DayReport => {
  const { runDate } = manifest
  const newestFirst = earlier
    // A day without a row would make every movie a new one.
    .filter((run) => run.runDate < runDate && run.rows.length > 0)
    .sort((a, b) => (a.runDate < b.runDate ? 1 : -1))
    .slice(0, maxEarlierRuns)
  // The previous run counts also when it is older than the window.
  const [previous, ...others] = newestFirst
  const compared = [
    ...(previous === undefined ? [] : [previous]),
    ...others.filter((run) => isWithin(window, run.runDate, runDate))
  ]
  const oldest = compared.at(-1)
  const missing = missingMovies(manifest, pending)
  const ids = new Set([...rows, ...missing].map(({ imdbId }) => imdbId))
  const comparisonWith = (run: RunRows): Comparison => ({
    runDate: run.runDate,
    ranks: Math.min(run.total, manifest.total),
    entered: enteredSince(run, rows),
    gone: goneSince(run, ids, manifest.total)
  })
  const placements = placementsById(compared.toReversed())

  const reported = (row: CsvRow): ReportedMovie => {
    const now = placementOf(runDate, row)
    const before = placements.get(row.imdbId) ?? []
    const first = before[0]
    return {
      row,
      ...(previous === undefined ? {} : { movement: movementSince(previous, row.imdbId, before, now) }),
      history: [...before, now],
      ...(first === undefined ? {} : { overMonth: changeBetween(first, now) })
    }
  }
  return {
    manifest,
    movies: [...rows].sort((a, b) => a.rank - b.rank).map(reported),
    missing,
    ...(previous === undefined ? {} : { previous: comparisonWith(previous) }),
    ...(oldest === undefined || oldest === previous ? {} : { month: comparisonWith(oldest) }),
    unreadable: unreadable.filter((date) => date < runDate && isWithin(window, date, runDate)).sort()
  }
}

const placementsById = (runs: ReadonlyArray<RunRows>): ReadonlyMap<ImdbId, ReadonlyArray<Placement>> => {
  const placements = runs.flatMap(({ runDate, rows }) =>
    rows.map((row) => ({ imdbId: row.imdbId, placement: placementOf(runDate, row) }))
  )
  const grouped = Map.groupBy(placements, ({ imdbId }) => imdbId)
  return new Map([...grouped].map(([imdbId, ofMovie]) => [imdbId, ofMovie.map(({ placement }) => placement)]))
}

const isWithin = (duration: Duration.Duration, from: RunDate, to: RunDate): boolean =>
  midnight(to) - midnight(from) <= Duration.toMillis(duration)
const midnight = (runDate: RunDate) => epochMillis(`${runDate}T00:00:00Z`)
