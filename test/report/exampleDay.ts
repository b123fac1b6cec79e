import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { type CsvRow, toCsvRow } from "../../domain/CsvRow.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { parseSourceList, topMovies } from "../../domain/SourceList.ts"
import { responseForId } from "../../local/omdb/responses.ts"
import { dayReport, type ReportSources } from "../../report/DayReport.ts"
import type { RunRows } from "../../report/movement.ts"
import { parseReply } from "../../services/omdb/reply.ts"
import { manifestOf, runDate } from "../support/exampleRun.ts"

const list = readFileSync(new URL("../../sample/Top250Movies.json", import.meta.url), "utf8")

/** The rows of the sample's first movies, as `npm start` exports them. */
export const sampleRows = (count: number): ReadonlyArray<CsvRow> =>
  Effect.runSync(
    Effect.gen(function* () {
      const { movies } = yield* topMovies(yield* parseSourceList(list), count)
      return yield* Effect.forEach(movies, ({ imdbId, rank, title, ...list }) =>
        Effect.map(parseReply(imdbId, responseForId(imdbId), String), (omdb) =>
          toCsvRow({ runDate, imdbId, rank, title, list, omdb, enrichedAt: "2026-11-21T06:00:04.217Z" })
        )
      )
    })
  )

/** The movie with every optional field absent. */
export const bareOf = ({ runDate, rank, imdbId, title, enrichedAt }: CsvRow): CsvRow => ({
  ...{ runDate, rank, imdbId, title, enrichedAt }
})
export const daysBefore = (days: number): RunDate =>
  RunDate.make(new Date(Date.parse(runDate) - days * 86_400_000).toISOString().slice(0, 10))

/** An earlier run in which no movie is missing, some values replaced. */
export const runOf = (days: number, rows: ReadonlyArray<CsvRow>, replaced: Partial<RunRows> = {}): RunRows => ({
  runDate: daysBefore(days),
  rows,
  total: Math.max(0, ...rows.map(({ rank }) => rank)),
  missing: new Set(),
  ...replaced
})

/** The same movies some days earlier: fewer votes, other ratings, and neighbours in the other order. */
export const earlierRun = (rows: ReadonlyArray<CsvRow>, days: number): RunRows =>
  runOf(
    days,
    rows.map((row) => ({
      ...row,
      runDate: daysBefore(days),
      rank: swapped(row.rank, days, rows.length),
      ...(row.imdbVotes === undefined ? {} : { imdbVotes: row.imdbVotes - days * (40 + row.rank) }),
      ...(row.imdbRating === undefined || (row.rank + days) % 7 > 0 ? {} : { imdbRating: round(row.imdbRating - 0.1) })
    }))
  )

/** Two neighbours are in the other order for a while, longer or shorter ago. */
const swapped = (rank: number, days: number, last: number) => {
  const lower = Math.ceil(rank / 2) * 2
  const isSwapped = lower <= last && days > (lower * 5) % 11 && days <= 12 + ((lower * 7) % 23)
  return isSwapped ? (rank === lower ? rank - 1 : rank + 1) : rank
}
const round = (value: number) => Math.round(value * 10) / 10

export const reportOf = (rows: ReadonlyArray<CsvRow>, replaced: Partial<ReportSources> = {}) =>
  dayReport({
    manifest: manifestOf({ total: Math.max(rows.length, 1), enriched: rows.length, complete: rows.length > 0 }),
    ...{ rows, pending: [], earlier: [], unreadable: [] },
    ...replaced
  })

/** A report of the sample with 30 earlier runs. */
export const sampleReport = (count: number) => {
  const rows = sampleRows(count)
  const earlier = Array.from({ length: 30 }, (_, day) => earlierRun(rows, day + 1))
  return reportOf(rows, { earlier })
}
