import { chartsOf } from "../charts/Chart.ts"
import type { DayReport } from "../DayReport.ts"
import { cards } from "./cards.ts"
import { chartsSection } from "./chartsSection.ts"
import { missingSection, provenanceSection } from "./closing.ts"
import { header, reportTitle } from "./header.ts"
import { Html, html } from "./html.ts"
import { movementSection } from "./movementSection.ts"
import { style } from "./style.ts"
import { moviesTable } from "./table.ts"

/** Movies shown as cards; the rest is a table. */
export const maxCards = 25

// Whatever a text from outside contains, the page requests nothing and runs no script.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** Links to the sections that the page has. */
const contents = ({ missing, movies }: DayReport): Html => {
  const sections = [
    ...(missing.length > 0 ? [["missing", "Missing"]] : []),
    ...[
      ["movies", "Movies"],
      ["movement", "Movement"]
    ],
    ...(movies.length > 1 ? [["charts", "Charts"]] : []),
    ["provenance", "Provenance"]
  ]
  return html`<nav class="contents" aria-label="Sections"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`
}

/** The report of a day as one self-contained HTML page. The same report always gives the same page. */
export const renderPage = (report: DayReport): string => {
  const { movies, missing, manifest } = report
  const title = `${reportTitle(report)}, ${manifest.runDate}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${header(report)}
${contents(report)}
<main>
<section aria-labelledby="movies"><h2 id="movies">The movies</h2>
${movies.length === 0 ? html`<p>No movie is enriched yet.</p>` : cards(movies.slice(0, maxCards))}
${moviesTable(movies.slice(maxCards))}
</section>
${movementSection(report)}
${chartsSection(chartsOf(movies.map(({ row }) => row)))}
${missingSection(missing)}
${provenanceSection(report)}
</main>
</body>
</html>
`.markup
}
