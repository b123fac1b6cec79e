import type { CsvRow } from "../../domain/CsvRow.ts"
import type { DayReport } from "../DayReport.ts"
import type { MissingMovie } from "../missing.ts"
import { absent, imdbAddress, instant, number, titleText } from "./format.ts"
import { type Html, html } from "./html.ts"

/** The movies without a row, why, and when they are tried again. */
export const missingSection = (missing: ReadonlyArray<MissingMovie>): Html | undefined =>
  missing.length === 0
    ? undefined
    : html`<section aria-labelledby="missing"><h2 id="missing">Missing</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Movies without a row"><table><thead><tr><th scope="col">Rank</th><th scope="col">Movie</th><th scope="col">Why</th><th scope="col">Next attempt</th></tr></thead><tbody>
${missing.map(missingRow)}</tbody></table></div></section>`

const missingRow = ({ imdbId, title, rank, reason, explanation, state, nextAttemptAt }: MissingMovie): Html => {
  const next =
    nextAttemptAt !== undefined
      ? html`${instant(nextAttemptAt)}`
      : html`${state === "final" ? "None: run the date again" : "Not known; an export after it is enriched includes it"}`
  return html`<tr><td>${rank ?? absent}</td><th scope="row"><a href="${imdbAddress(imdbId)}" rel="noreferrer">${title === undefined ? imdbId : titleText(title)}</a></th><td>${explanation} ${reason === undefined ? undefined : html`<code>${reason}</code>`}</td><td>${next}</td></tr>
`
}

/** Where the data is from. */
export const provenanceSection = ({ manifest, movies }: DayReport): Html => {
  const instants = movies.map(({ row }) => row.enrichedAt).sort()
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2>
<dl class="provenance">
${item("Run", manifest.runDate)}
${item("Sources", "The source list (a copy of IMDb's Top 250) for the ranks, the OMDb API for the details")}
${item("List read", instant(manifest.rosterCreatedAt))}
${item("OMDb answered", between(instants))}
${item("Exported", instant(manifest.completedAt))}
${item("Rows", `${number(manifest.enriched)} of ${number(manifest.total)}`)}
${item("CSV", html`<code>${manifest.csvKey}</code>`)}
${item("SHA-256", html`<code>${manifest.sha256}</code>`)}
${item("Terms", terms)}
</dl></section>`
}

const terms = html`OMDb's content: <a href="https://creativecommons.org/licenses/by-nc/4.0/" rel="noreferrer">CC BY-NC 4.0</a>. IMDb's information: <a href="https://help.imdb.com/article/imdb/general-information/can-i-use-imdb-data-in-my-software/G5JTRESSHJBBHTGX" rel="noreferrer">personal and non-commercial use</a>. Posters are linked, not copied.`

const between = (instants: ReadonlyArray<CsvRow["enrichedAt"]>): Html | undefined => {
  const [first, last] = [instants[0], instants.at(-1)]
  if (first === undefined || last === undefined) return undefined
  return first === last ? instant(first) : html`${instant(first)} to ${instant(last)}`
}

const item = (name: string, value: Html | string | undefined): Html | undefined =>
  value === undefined ? undefined : html`<div><dt>${name}</dt><dd>${value}</dd></div>`
