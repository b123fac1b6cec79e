import * as Schema from "effect/Schema"
import { type Column, formatTable } from "./output.ts"

/** The attributes of a table item that the table of a day shows. */
export const DayRow = Schema.Struct({
  imdbId: Schema.String,
  rank: Schema.Int,
  title: Schema.String,
  year: Schema.optionalKey(Schema.Int),
  runtimeMinutes: Schema.optionalKey(Schema.Int),
  imdbRating: Schema.optionalKey(Schema.Finite),
  imdbVotes: Schema.optionalKey(Schema.Int),
  rottenTomatoes: Schema.optionalKey(Schema.Finite),
  boxOfficeUsd: Schema.optionalKey(Schema.Finite),
  directors: Schema.optionalKey(Schema.Array(Schema.String))
})
export type DayRow = typeof DayRow.Type

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 })
const number = new Intl.NumberFormat("en-US")

/** On a narrow terminal, optional columns are left out, those with the highest number first. */
interface DayColumn extends Column<DayRow> {
  readonly optional?: number
}

// Texts from outside can have thousands of characters. The longest title of the Top 250 has 68.
const shortened = (text: string) => (text.length > 80 ? `${text.slice(0, 79).toWellFormed()}…` : text)

const dayColumns: ReadonlyArray<DayColumn> = [
  { head: "#", align: "right", cell: ({ rank }) => rank },
  { head: "Title", breaks: true, cell: ({ title }) => shortened(title) },
  { head: "Year", align: "right", cell: ({ year }) => year },
  { head: "Minutes", align: "right", optional: 4, cell: ({ runtimeMinutes }) => runtimeMinutes },
  { head: "IMDb", align: "right", cell: ({ imdbRating }) => imdbRating?.toFixed(1) },
  { head: "Votes", align: "right", optional: 3, cell: ({ imdbVotes }) => imdbVotes && number.format(imdbVotes) },
  { head: "Tomatoes", align: "right", optional: 5, cell: ({ rottenTomatoes }) => rottenTomatoes },
  {
    head: "Box office",
    align: "right",
    optional: 1,
    cell: ({ boxOfficeUsd }) => boxOfficeUsd && dollars.format(boxOfficeUsd)
  },
  { head: "Director", optional: 2, cell: ({ directors = [] }) => shortened(directors.join(", ")) }
]

const maxTitleWidth = 30

/** A day's movies by rank. */
export const formatDayTable = (rows: ReadonlyArray<DayRow>, width: number): string => {
  // With its border and the space on both sides. A long title is broken into lines before a column is left out.
  const widthOf = ({ head, breaks, cell }: DayColumn) => {
    const widest = Math.max(head.length, ...rows.map((row) => `${cell(row) ?? ""}`.length))
    return (breaks ? Math.min(widest, maxTitleWidth) : widest) + 3
  }
  let columns = dayColumns
  while (width > 0 && columns.reduce((sum, column) => sum + widthOf(column), 1) > width) {
    const first = Math.max(...columns.map(({ optional = 0 }) => optional))
    if (first === 0) break
    columns = columns.filter(({ optional }) => optional !== first)
  }
  return formatTable(columns, rows, width)
}
