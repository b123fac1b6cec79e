import type { ReportedMovie } from "../DayReport.ts"
import { awards, orAbsent, titleLink, usd } from "./cards.ts"
import { duration, exact, listText, number, rating } from "./format.ts"
import { type Html, html } from "./html.ts"
import { delta, movementMark } from "./movements.ts"

const header = [
  ...["Rank", "Title", "Year", "Genres", "Director", "Runtime", "IMDb", "Rotten Tomatoes", "Metacritic"],
  ...["Box office", "Awards"]
]

/** The movies after the cards. */
export const moviesTable = (movies: ReadonlyArray<ReportedMovie>): Html | undefined =>
  movies.length === 0
    ? undefined
    : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="rest"><table class="movies">
<caption id="rest">The other ${number(movies.length)}</caption>
<thead><tr>${header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${movies.map(tableRow)}</tbody></table></div>`

const tableRow = ({ row, movement }: ReportedMovie): Html => {
  const change = movement?.change
  return html`<tr><td>${row.rank} ${movementMark(movement)}</td><th scope="row">${titleLink(row)}</th><td>${row.year}</td><td>${listText(row.genres)}</td><td>${listText(row.directors)}</td><td>${exact(row.runtimeMinutes, duration)}</td><td>${exact(row.imdbRating, rating)} ${delta(change?.imdbRating)}</td><td>${exact(row.rottenTomatoes, number)}</td><td>${exact(row.metascore, number)}</td><td>${exact(row.boxOfficeUsd, usd)}</td><td>${orAbsent(awards(row))}</td></tr>
`
}
