import type { Comparison, DayReport, ReportedMovie } from "../DayReport.ts"
import type { Change, GoneMovie } from "../movement.ts"
import { longDate, number, plural, shortDate, titleText } from "./format.ts"
import { type Html, html } from "./html.ts"
import { delta, rankLine } from "./movements.ts"

/** Longer lists end with how many more there are. */
const maxItems = 5
const maxChanges = 10

export const movementSection = (report: DayReport): Html => {
  const unreadable = report.unreadable.slice(-maxItems).map(shortDate).join(", ")
  const others = report.unreadable.length - maxItems
  return html`<section aria-labelledby="movement"><h2 id="movement">Movement</h2>
${
  report.previous === undefined
    ? html`<p>There is no earlier run to compare with.</p>`
    : sincePrevious(report, report.previous)
}
${report.month === undefined ? undefined : sinceMonth(report.movies, report.month)}
${unreadable === "" ? undefined : html`<p class="note">Not compared, because the CSV could not be read: ${unreadable}${others > 0 ? ` and ${number(others)} more` : ""}.</p>`}
</section>`
}

const sincePrevious = ({ movies, manifest }: DayReport, { runDate, ranks: common, gone }: Comparison): Html => {
  const moved = movies.flatMap(({ row, movement }) =>
    movement?.change === undefined ? [] : { row, change: movement.change }
  )
  const entered = movies.filter(({ movement }) => movement?.type === "new" || movement?.type === "returned")
  const up = moved.filter(({ change }) => change.ranks > 0).sort((a, b) => b.change.ranks - a.change.ranks)
  const down = moved.filter(({ change }) => change.ranks < 0).sort((a, b) => a.change.ranks - b.change.ranks)
  const rated = moved
    .filter(({ change }) => (change.imdbRating ?? 0) !== 0)
    .sort((a, b) => Math.abs(b.change.imdbRating ?? 0) - Math.abs(a.change.imdbRating ?? 0))
  const voted = moved
    .filter(({ change }) => (change.imdbVotes ?? 0) !== 0)
    .sort((a, b) => (b.change.imdbVotes ?? 0) - (a.change.imdbVotes ?? 0))
  const same = moved.length - up.length - down.length
  const groups = [
    group("Up", up, ({ row, change }) => html`${titleText(row.title)} ${ranks(change, row.rank)}`),
    group("Down", down, ({ row, change }) => html`${titleText(row.title)} ${ranks(change, row.rank)}`),
    group(
      "New",
      entered,
      ({ row, movement }) =>
        html`${titleText(row.title)} <span class="step">${movement?.type === "returned" ? "returned, " : ""}rank ${row.rank}</span>`
    ),
    group("Gone", gone, goneItem),
    group("Rating", rated, ({ row, change }) => html`${titleText(row.title)} ${delta(change.imdbRating)}`),
    group("Votes", voted, ({ row, change }) => html`${titleText(row.title)} ${delta(change.imdbVotes)}`)
  ]
  const isQuiet = groups.every((each) => each === undefined)
  return html`<p>Since the previous run, ${longDate(runDate)}: ${isQuiet ? "no change." : `${plural(same, "movie")} on the same rank.`}${common < manifest.total ? ` That run had ${plural(common, "movie")}.` : undefined}</p>
<div class="groups">${groups}</div>`
}

const ranks = ({ since }: Change, rank: number): Html =>
  html`<span class="step">${since.rank} <span aria-hidden="true">→</span><span class="hidden">to</span> ${rank}</span>`

const goneItem = ({ title, rank }: GoneMovie): Html =>
  html`${titleText(title)} <span class="step">was rank ${rank}</span>`

const group = <A>(name: string, items: ReadonlyArray<A>, item: (value: A) => Html): Html | undefined => {
  if (items.length === 0) return undefined
  const more = items.length - maxItems
  return html`<div class="group"><h3>${name} <span class="count">${number(items.length)}</span></h3><ul>
${items.slice(0, maxItems).map((value) => html`<li>${item(value)}</li>\n`)}${more > 0 ? html`<li class="more">and ${number(more)} more</li>` : undefined}</ul></div>`
}

const sinceMonth = (movies: ReadonlyArray<ReportedMovie>, { runDate, entered, gone }: Comparison): Html => {
  const changed = movies
    .flatMap(({ row, history, overMonth }) =>
      overMonth === undefined || overMonth.ranks === 0 ? [] : [{ row, history, change: overMonth }]
    )
    .sort((a, b) => Math.abs(b.change.ranks) - Math.abs(a.change.ranks))
  return html`<h3 class="over">Since ${shortDate(runDate)}</h3>
<p>Compared with the oldest run of the last 30 days: ${plural(entered, "movie")} came in, ${number(gone.length)} left, ${number(changed.length)} changed rank.</p>
${
  changed.length === 0
    ? undefined
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Largest changes of rank since ${shortDate(runDate)}"><table><thead><tr><th scope="col">Movie</th><th scope="col">Rank</th><th scope="col">By day</th><th scope="col">IMDb rating</th><th scope="col">Votes</th></tr></thead><tbody>
${changed.slice(0, maxChanges).map(
  ({
    row,
    history,
    change
  }) => html`<tr><th scope="row">${titleText(row.title)}</th><td>${ranks(change, row.rank)}</td><td>${rankLine(history)}</td><td>${delta(change.imdbRating)}</td><td>${delta(change.imdbVotes)}</td></tr>
`
)}</tbody></table></div>`
}`
}
