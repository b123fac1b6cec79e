import { ratingSources } from "../../domain/AnalyticsRow.ts"
import type { CsvRow } from "../../domain/CsvRow.ts"
import type { ReportedMovie } from "../DayReport.ts"
import { scoreOf } from "../summaries.ts"
import {
  absent,
  duration,
  exact,
  httpsAddress,
  imdbAddress,
  listText,
  number,
  plural,
  rating,
  short,
  shortened,
  titleText
} from "./format.ts"
import { type Html, html } from "./html.ts"
import { delta, movementMark, rankLine, sinceText } from "./movements.ts"

export const cards = (movies: ReadonlyArray<ReportedMovie>): Html => html`<ol class="cards">${movies.map(card)}</ol>`

const card = ({ row, movement, history, overMonth }: ReportedMovie): Html => {
  const change = movement?.change
  const facts = [
    row.year === undefined ? [] : html`${row.year}${row.endYear === undefined ? "" : `–${row.endYear}`}`,
    row.runtimeMinutes === undefined ? [] : exact(row.runtimeMinutes, duration),
    row.rated === undefined ? [] : html`${shortened(row.rated, 12)}`
  ].flat()
  const line = rankLine(history)
  return html`<li class="card"><article>
<p class="place"><span class="rank">${row.rank}</span>${movementMark(movement)}</p>
<h3>${titleLink(row)}</h3>
<p class="facts">${facts.map((fact, index) => [index === 0 ? "" : " · ", fact])}</p>
${scores(row, change?.imdbRating)}
<dl class="details">
${detail("Director", row.directors === undefined ? undefined : listText(row.directors))}
${detail("Genres", row.genres === undefined ? undefined : listText(row.genres))}
${detail("Awards", awards(row))}
</dl>
<dl class="amounts">
${detail("Votes", row.imdbVotes === undefined ? undefined : html`${exact(row.imdbVotes, short)} ${delta(change?.imdbVotes)}`)}
${detail("Box office", row.boxOfficeUsd === undefined ? undefined : exact(row.boxOfficeUsd, usd))}
</dl>
${line === undefined || overMonth === undefined ? undefined : html`<p class="month">${line}<span>${sinceText(overMonth)}</span></p>`}
${posterLink(row)}
</article></li>
`
}

const scores = (row: CsvRow, change: number | undefined): Html | undefined =>
  ratingSources.every((source) => scoreOf(row, source) === undefined)
    ? undefined
    : html`<dl class="scores">${ratingSources.map((source) => score(row, source, change))}</dl>`

const score = (row: CsvRow, source: (typeof ratingSources)[number], change: number | undefined): Html => {
  const value = scoreOf(row, source)
  const isImdb = source === "IMDb"
  const shown = isImdb ? exact(row.imdbRating, rating) : exact(value, number)
  return html`<div class="${source.split(" ")[0]?.toLowerCase()}"><dt>${source === "Rotten Tomatoes" ? html`<abbr title="Rotten Tomatoes">Tomatoes</abbr>` : source}</dt><dd>${shown}${isImdb ? delta(change) : undefined}<span class="bar" style="--score:${value ?? 0}%"></span></dd></div>`
}

const detail = (name: string, value: Html | undefined): Html | undefined =>
  value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`

export const usd = (amount: number): string => `$${short(amount)}`

/** From the numbers: OMDb's text of the awards has no limit of its length. */
export const awards = ({ oscarsWon, oscarNominations, awardWins, awardNominations }: CsvRow): Html | undefined => {
  const parts = [
    oscarsWon === undefined ? [] : plural(oscarsWon, "Oscar"),
    oscarNominations === undefined ? [] : plural(oscarNominations, "Oscar nomination"),
    awardWins === undefined ? [] : plural(awardWins, "win"),
    awardNominations === undefined ? [] : plural(awardNominations, "nomination")
  ].flat()
  return parts.length === 0 ? undefined : html`${parts.join(", ")}`
}

export const titleLink = ({ imdbId, title }: CsvRow): Html =>
  html`<a href="${imdbAddress(imdbId)}" rel="noreferrer">${titleText(title)}</a>`

const posterLink = ({ poster, image, title }: CsvRow): Html | undefined => {
  const address = httpsAddress(poster) ?? httpsAddress(image)
  return address === undefined
    ? undefined
    : html`<p class="links"><a href="${address}" rel="noreferrer">Poster<span class="hidden"> of ${titleText(title)}</span></a></p>`
}

export const orAbsent = (value: Html | undefined): Html => value ?? absent
