import Table from "cli-table3"
import type { DayRow } from "./DayRow.ts"

const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 })
const number = new Intl.NumberFormat("en-US")

/** A stream that may be a terminal. */
export type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

interface Column {
  readonly head: string
  readonly align: "left" | "right"
  readonly cell: (row: DayRow) => string | number | undefined
  /** Shown only where the screen is wide enough for all columns. */
  readonly wide?: true
}

const columns: ReadonlyArray<Column> = [
  { head: "#", align: "right", cell: ({ rank }) => rank },
  { head: "Title", align: "left", cell: ({ title }) => title },
  { head: "Year", align: "right", cell: ({ year }) => year },
  { head: "Minutes", align: "right", cell: ({ runtimeMinutes }) => runtimeMinutes, wide: true },
  { head: "IMDb", align: "right", cell: ({ imdbRating }) => imdbRating?.toFixed(1) },
  { head: "Votes", align: "right", cell: ({ imdbVotes }) => imdbVotes && number.format(imdbVotes), wide: true },
  { head: "Tomatoes", align: "right", cell: ({ rottenTomatoes }) => rottenTomatoes, wide: true },
  { head: "Box office", align: "right", cell: ({ boxOfficeUsd }) => boxOfficeUsd && money.format(boxOfficeUsd) },
  { head: "Director", align: "left", cell: ({ directors }) => directors?.join(", "), wide: true }
]

/** In characters: the widest the ten of a common day come to. */
const wideEnough = 130

/** The day's movies for a person; without colours and at full width where it does not go to a terminal. */
export const dayTable = (rows: ReadonlyArray<DayRow>, terminal: Screen): string => {
  const shown = columns.filter(
    ({ wide }) => wide === undefined || terminal.isTTY !== true || (terminal.columns ?? 80) >= wideEnough
  )
  const table = new Table({
    head: shown.map(({ head }) => head),
    colAligns: shown.map(({ align }) => align),
    style: { compact: true, ...(terminal.isTTY ? { head: ["bold"], border: ["dim"] } : { head: [], border: [] }) }
  })
  for (const row of rows) table.push(shown.map(({ cell }) => cell(row) ?? ""))
  return table.toString()
}
