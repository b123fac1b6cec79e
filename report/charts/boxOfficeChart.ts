import type { CsvRow } from "../../domain/CsvRow.ts"
import { plural, short, shortened } from "../page/format.ts"
import { mean, median, valuesOf } from "../summaries.ts"
import type { Chart } from "./Chart.ts"
import { grid, renderSvg, valueAxis } from "./renderSvg.ts"

/** Box office, on a logarithmic scale, against IMDb rating. */
export const boxOfficeChart = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<Chart> => {
  const movies = rows
    .flatMap(({ title, imdbRating, boxOfficeUsd = 0 }) =>
      imdbRating === undefined || boxOfficeUsd === 0 ? [] : { title, imdbRating, boxOfficeUsd }
    )
    .sort((a, b) => b.boxOfficeUsd - a.boxOfficeUsd)
  const [first] = movies
  if (first === undefined || movies.length < 2) return []
  const highest = `The highest box office is that of ${shortened(first.title, 40)}, $${short(first.boxOfficeUsd)}.`
  const caption = `Box office in the USA and Canada against IMDb rating: ${plural(movies.length, "movie")} with both. ${highest}`
  const svg = renderSvg(
    {
      grid: { ...grid, top: 16 },
      xAxis: {
        ...valueAxis,
        type: "log",
        axisLabel: { color: "var(--muted)", formatter: (value: number) => `$${short(value)}`, hideOverlap: true }
      },
      yAxis: {
        ...valueAxis,
        type: "value",
        scale: true,
        minInterval: 0.1
      },
      series: {
        type: "scatter",
        symbolSize: 8,
        itemStyle: { color: "var(--accent)", opacity: 0.6 },
        data: movies.map(({ imdbRating, boxOfficeUsd }) => [boxOfficeUsd, imdbRating])
      }
    },
    260,
    caption
  )
  return [
    {
      ...{ title: "Box office and rating", caption, svg },
      table: {
        header: ["Group", "Movies", "Mean IMDb rating", "Median box office, $"],
        rows: bands.flatMap(({ name, from, below }) => {
          const band = rows.filter(({ boxOfficeUsd = -1 }) => boxOfficeUsd >= from && boxOfficeUsd < below)
          if (band.length === 0) return []
          return [[name, band.length, mean(valuesOf(band, "imdbRating")), median(valuesOf(band, "boxOfficeUsd"))]]
        })
      }
    }
  ]
}

const bands = [
  { name: "Under $1M", from: 0, below: 1e6 },
  { name: "$1M to $10M", from: 1e6, below: 1e7 },
  { name: "$10M to $100M", from: 1e7, below: 1e8 },
  { name: "$100M and more", from: 1e8, below: Number.POSITIVE_INFINITY }
]
