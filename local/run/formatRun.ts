import { styleText } from "node:util"
import Table from "cli-table3"
import type { DayRow, RunResult } from "./RunResult.ts"
import type { RunSummary } from "./RunSummary.ts"

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 })
const number = new Intl.NumberFormat("en-US")

/** A stream that may be a terminal. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

interface Column {
  readonly head: string
  readonly align: "left" | "right"
  readonly cell: (row: DayRow) => string | number | undefined
  /** Which column goes first where the screen is too narrow for all; one without a number stays. */
  readonly dropped?: number
}

const columns: ReadonlyArray<Column> = [
  { head: "#", align: "right", cell: ({ rank }) => rank },
  { head: "Title", align: "left", cell: ({ title }) => title },
  { head: "Year", align: "right", cell: ({ year }) => year },
  { head: "Minutes", align: "right", cell: ({ runtimeMinutes }) => runtimeMinutes, dropped: 2 },
  { head: "IMDb", align: "right", cell: ({ imdbRating }) => imdbRating?.toFixed(1) },
  { head: "Votes", align: "right", cell: ({ imdbVotes }) => imdbVotes && number.format(imdbVotes), dropped: 3 },
  { head: "Tomatoes", align: "right", cell: ({ rottenTomatoes }) => rottenTomatoes, dropped: 1 },
  {
    head: "Box office",
    align: "right",
    cell: ({ boxOfficeUsd }) => boxOfficeUsd && money.format(boxOfficeUsd),
    dropped: 5
  },
  { head: "Director", align: "left", cell: ({ directors }) => directors?.join(", "), dropped: 4 }
]

/** The column's width with its border and the space on both sides. */
const widthOf = ({ head, cell }: Column, rows: ReadonlyArray<DayRow>): number =>
  Math.max(head.length, ...rows.map((row) => `${cell(row) ?? ""}`.length)) + 3

const thatFit = (rows: ReadonlyArray<DayRow>, width: number): ReadonlyArray<Column> => {
  let shown = columns
  while (shown.reduce((sum, column) => sum + widthOf(column, rows), 1) > width) {
    const next = Math.min(...shown.map(({ dropped = Number.POSITIVE_INFINITY }) => dropped))
    if (next === Number.POSITIVE_INFINITY) return shown
    shown = shown.filter(({ dropped }) => dropped !== next)
  }
  return shown
}

/** Characters that would move the cursor, change colours or turn the line around are shown as boxes. */
export const replaceControlCharacters = (text: string): string =>
  text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\u25a1")

/** The title, cut to what is left of the line: no column is worth more than the form of the table. */
const cutTitles = (rows: ReadonlyArray<DayRow>, shown: ReadonlyArray<Column>, width: number) => {
  const excess = shown.reduce((sum, column) => sum + widthOf(column, rows), 1) - width
  const longest = Math.max(...rows.map(({ title }) => title.length))
  const room = Math.max(10, longest - Math.max(0, excess))
  return rows.map((row) => (row.title.length > room ? { ...row, title: `${row.title.slice(0, room - 1)}…` } : row))
}

/** The day's movies for a person: as many columns as fit on the terminal; elsewhere all, and no colours. */
export const formatDayTable = (rows: ReadonlyArray<DayRow>, terminal: OutputStream): string => {
  const safe = rows.map((row) => ({ ...row, title: replaceControlCharacters(row.title) }))
  const width = terminal.isTTY === true ? (terminal.columns ?? 80) : Number.POSITIVE_INFINITY
  const shown = thatFit(safe, width)
  const table = new Table({
    head: shown.map(({ head }) => head),
    colAligns: shown.map(({ align }) => align),
    style: {
      compact: true,
      ...(terminal.isTTY === true ? { head: ["bold"], border: ["dim"] } : { head: [], border: [] })
    }
  })
  for (const row of cutTitles(safe, shown, width)) {
    table.push(
      shown.map(({ cell }) =>
        typeof cell(row) === "string" ? replaceControlCharacters(String(cell(row))) : (cell(row) ?? "")
      )
    )
  }
  return table.toString()
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** The end of a run for a person: the day's table, what is missing and why, where the files are. */
export const formatRun = (summary: RunSummary, { rows, gaps }: RunResult, terminal: OutputStream): string => {
  // A run that came to no end leaves most grants unused, which says nothing of them.
  const unused = summary.complete ? summary.unusedGrants : []
  return [
    "",
    ...(rows.length > 0 ? [formatDayTable(rows, terminal)] : []),
    ...gaps.map(({ rank, title, imdbId, reason, detail }) =>
      styleText("yellow", `  gap: #${rank} ${title} (${imdbId}): ${reason}: ${detail}`)
    ),
    ...unused.map(({ role, action, resource }) =>
      styleText("yellow", `  unused grant: ${role} may ${action} on ${resource}, and nobody did`)
    ),
    ...(summary.total === 0
      ? []
      : [
          "",
          `${summary.enriched} of ${summary.total} movies of ${summary.runDate} enriched in ${seconds(summary.durationMs)}.`
        ]),
    `Files: ${summary.out}/s3, ${summary.out}/dynamodb, ${summary.out}/logs`
  ].join("\n")
}

/** Why the run did not end complete: one sentence that names what, how many and where to look. */
export const explainIncomplete = (summary: RunSummary, { gaps, pending: missing }: RunResult): string => {
  const { failures, deadLetters, denied } = summary
  const [gap] = gaps
  const unloaded = gaps.length + failures.length + missing.length === 0 && summary.tableItems < summary.enriched
  const dead = Object.entries(deadLetters).filter(([, count]) => count > 0)
  const reasons = [
    ...failures
      .slice(0, 1)
      .map(({ function: name, reason, detail }) => `${name} failed: ${reason}: ${detail.replace(/\.$/, "")}`),
    ...(gap === undefined
      ? []
      : [
          `${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}, the first ${gap.imdbId} (${gap.reason}: ${gap.detail})`
        ]),
    ...denied.slice(0, 1).map(({ message }) => `${denied.length} denied, the first: ${message}`),
    ...dead.map(([queue, count]) => `${count} in ${queue}`),
    ...(unloaded ? [`${summary.tableItems} of ${summary.enriched} movies are in the table`] : []),
    ...(missing.length > 0 ? [`${missing.length} of the roster with no end, the first ${missing[0]}`] : [])
  ]
  return `The run of ${summary.runDate} is not complete: ${reasons.join("; ")}. The logs are in ${summary.out}/logs.`
}
