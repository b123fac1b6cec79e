import english from "i18n-iso-countries/langs/en.json" with { type: "json" }
import type { CsvRow } from "../../domain/CsvRow.ts"
import { shortened } from "../page/format.ts"
import { decadesOf, type Group, groupsBy } from "../summaries.ts"
import type { Chart } from "./Chart.ts"
import { categoryAxis, grid, renderSvg } from "./renderSvg.ts"

/** Movies by decade, genre, country and runtime. */
export const barCharts = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<Chart> => [
  ...barChart({
    title: "Decades",
    caption: "Movies by decade of release",
    groups: withEmptySteps(groupsBy(rows, decadesOf), 10),
    label: (decade) => `${decade}s`,
    direction: "columns"
  }),
  ...barChart({
    title: "Runtime",
    caption: "Movies by runtime, in steps of 20 minutes",
    groups: withEmptySteps(groupsBy(rows, runtimeStepOf), 20),
    label: runtimeLabel,
    direction: "rows"
  }),
  ...barChart({
    title: "Genres",
    caption: "Movies by genre; most have several",
    groups: groupsBy(rows, ({ genres }) => genres),
    label: (genre) => genre,
    direction: "rows"
  }),
  ...barChart({
    title: "Countries",
    caption: "Movies by country of production; some have several",
    groups: groupsBy(rows, ({ countryCodes }) => countryCodes),
    label: countryName,
    direction: "rows"
  })
]

/** In ascending order, with the steps between that no movie is in: the axis is continuous. */
const withEmptySteps = (groups: ReadonlyArray<Group<number>>, step: number): ReadonlyArray<Group<number>> => {
  const byName = new Map(groups.map((group) => [group.name, group]))
  const names = [...byName.keys()].sort((a, b) => a - b)
  const [first = 0, last = -1] = [names[0], names.at(-1)]
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => {
    const name = first + index * step
    return byName.get(name) ?? { name, summary: { movies: 0, bestRank: 0 } }
  })
}

interface Bars<Name extends string | number> {
  readonly title: string
  readonly caption: string
  readonly groups: ReadonlyArray<Group<Name>>
  readonly label: (name: Name) => string
  readonly direction: "rows" | "columns"
}

const maxRows = 10
const maxTableRows = 30

const barChart = <Name extends string | number>(bars: Bars<Name>): ReadonlyArray<Chart> => {
  if (bars.groups.length === 0) return []
  const all = bars.groups.map(({ name, summary }) => ({ label: shortened(bars.label(name), 24), summary }))
  const drawn = bars.direction === "rows" ? all.slice(0, maxRows) : all
  const rest = all.length - drawn.length
  const caption = `${bars.caption}${rest === 0 ? "" : `; the first ${drawn.length} of ${all.length}`}.`
  const alternative = `${caption} ${drawn.map(({ label, summary }) => `${label}: ${summary.movies}`).join(", ")}.`
  const [labels, counts] = [drawn.map(({ label }) => label), drawn.map(({ summary }) => summary.movies)]
  const category = { ...categoryAxis, type: "category", data: labels } as const
  const value = { type: "value", axisLabel: { show: false }, splitLine: { show: false } } as const
  const series = {
    type: "bar",
    data: counts,
    ...{ barCategoryGap: "30%", barMaxWidth: 34 },
    itemStyle: { color: "var(--accent)" },
    label: { show: true, color: "var(--ink)", position: bars.direction === "rows" ? "right" : "top" }
  } as const
  const svg =
    bars.direction === "rows"
      ? renderSvg(
          { grid, xAxis: value, yAxis: { ...category, inverse: true }, series },
          24 + drawn.length * 24,
          alternative
        )
      : renderSvg({ grid: { ...grid, right: 4, top: 22 }, xAxis: category, yAxis: value, series }, 220, alternative)
  return [
    {
      ...{ title: bars.title, caption, svg },
      table: {
        header: [bars.title, "Movies", "Mean IMDb rating", "Box office, $"],
        rows: all
          .slice(0, maxTableRows)
          .map(({ label, summary: { movies, meanImdbRating, boxOfficeUsd } }) => [
            label,
            movies,
            meanImdbRating,
            boxOfficeUsd
          ])
      }
    }
  ]
}

/** The first minute of the step; the last step is open. */
const runtimeStepOf = ({ runtimeMinutes }: CsvRow): ReadonlyArray<number> =>
  runtimeMinutes === undefined ? [] : [Math.min(Math.max(Math.floor(runtimeMinutes / 20) * 20, 60), 220)]

const runtimeLabel = (step: number) =>
  step === 60 ? "under 80 min" : step === 220 ? "220 min or more" : `${step}–${step + 19} min`

const countryNames: Readonly<Record<string, string | ReadonlyArray<string>>> = english.countries
const countryName = (code: string): string => [countryNames[code] ?? code].flat()[0] ?? code
