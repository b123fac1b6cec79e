import { type RatingSource, ratingSources } from "../../domain/AnalyticsRow.ts"
import type { CsvRow } from "../../domain/CsvRow.ts"
import { plural, shortened } from "../page/format.ts"
import { ratingSummaries, scoreOf } from "../summaries.ts"
import type { Chart } from "./Chart.ts"
import { categoryAxis, grid, renderSvg, valueAxis } from "./renderSvg.ts"

/** Told apart by their form as well as by their color. */
const symbols: Readonly<
  Record<RatingSource, { readonly form: string; readonly text: string; readonly color: string }>
> = {
  IMDb: { form: "circle", text: "●", color: "var(--imdb)" },
  "Rotten Tomatoes": { form: "triangle", text: "▲", color: "var(--tomatoes)" },
  Metacritic: { form: "rect", text: "■", color: "var(--metacritic)" }
}

const maxMovies = 25

/** The ratings of each of the first movies on one scale, with a line from the lowest to the highest. */
export const ratingsChart = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<Chart> => {
  const summaries = ratingSummaries(rows)
  const movies = rows
    .map((row) => ({
      label: `${row.rank}. ${shortened(row.title, 22)}`,
      scores: ratingSources.map((source) => scoreOf(row, source))
    }))
    .filter(({ scores }) => scores.some((score) => score !== undefined))
    .slice(0, maxMovies)
  if (movies.length === 0) return []
  const ranges = movies.map(({ scores }) => {
    const known = scores.flatMap((score) => score ?? [])
    return { lowest: Math.min(...known), highest: Math.max(...known) }
  })
  const lowest = Math.floor(Math.min(...ranges.map((range) => range.lowest)) / 10) * 10
  const caption = `Ratings of ${movies.length === rows.length ? "the" : "the first"} ${plural(movies.length, "movie")} compared, each of 100${lowest > 0 ? `; the axis begins at ${lowest}` : ""}.`
  const means = summaries.map(({ source, mean }) => `${source} ${mean}`).join(", ")
  const range = { type: "bar", stack: "range", barWidth: 2 } as const
  const svg = renderSvg(
    {
      grid,
      xAxis: { ...valueAxis, type: "value", min: lowest, max: 100 },
      yAxis: {
        ...categoryAxis,
        type: "category",
        inverse: true,
        data: movies.map(({ label }) => label),
        axisLine: { show: false }
      },
      series: [
        { ...range, data: ranges.map(({ lowest }) => lowest), itemStyle: { color: "none" } },
        {
          ...range,
          data: ranges.map(({ lowest, highest }) => highest - lowest),
          itemStyle: { color: "var(--rule-strong)" }
        },
        ...ratingSources.map((source, index) => ({
          type: "scatter" as const,
          symbol: symbols[source].form,
          symbolSize: source === "Metacritic" ? 8 : 9,
          itemStyle: { color: symbols[source].color },
          data: movies.flatMap(({ scores }, movie) => {
            const score = scores[index]
            return score === undefined ? [] : [[score, movie]]
          })
        }))
      ]
    },
    36 + movies.length * 22,
    `${caption} Means of all movies: ${means}.`
  )
  return [
    {
      ...{ title: "Ratings compared", caption, svg },
      legend: summaries.map(({ source }) => ({
        symbol: symbols[source].text,
        color: symbols[source].color,
        meaning: source
      })),
      table: {
        header: ["Source, all movies", "Movies", "Mean", "Median", "Lowest", "Highest"],
        rows: summaries.map(({ source, movies, mean, median, lowest, highest }) => [
          ...[source, movies, mean, median, lowest, highest]
        ])
      }
    }
  ]
}
