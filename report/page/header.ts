import type { DayReport } from "../DayReport.ts"
import { mean, median, sum, valuesOf } from "../summaries.ts"
import { usd } from "./cards.ts"
import { duration, exact, longDate, number, plural, rating, short } from "./format.ts"
import { type Html, html } from "./html.ts"

export const reportTitle = ({ manifest }: DayReport): string =>
  manifest.total === 1 ? "The top movie" : `Top ${number(manifest.total)} movies`

/** The title, whether the day is complete, and the day in a few numbers. */
export const header = (report: DayReport): Html => {
  const { manifest, movies, missing } = report
  const rows = movies.map(({ row }) => row)
  const years = rows.flatMap(({ year }) => year ?? [])
  const status = manifest.complete
    ? html`<span class="status complete">Complete</span>`
    : html`<a class="status incomplete" href="#missing">${number(manifest.enriched)} of ${number(manifest.total)}: ${plural(missing.length, "movie")} missing</a>`
  return html`<header class="masthead">
<p class="date">${longDate(manifest.runDate)}</p>
<h1>${reportTitle(report)}</h1>
<p>${status}</p>
<dl class="figures">
${figure("Mean IMDb rating", mean(valuesOf(rows, "imdbRating")), rating)}
${figure("IMDb votes", sum(valuesOf(rows, "imdbVotes")), short)}
${figure("Median runtime", median(valuesOf(rows, "runtimeMinutes")), (minutes) => duration(Math.round(minutes)))}
${figure("Box office, USA and Canada", sum(valuesOf(rows, "boxOfficeUsd")), usd)}
${figure("Oscars", sum(rows.flatMap(({ oscarsWon }) => oscarsWon ?? [])), number)}
${years.length === 0 ? undefined : html`<div><dt>Years of release</dt><dd>${[...new Set([Math.min(...years), Math.max(...years)])].join("–")}</dd></div>`}
</dl>
</header>`
}

const figure = (name: string, value: number | undefined, format: (value: number) => string): Html | undefined =>
  value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${exact(value, format)}</dd></div>`
