import type { Chart } from "../charts/Chart.ts"
import { absent, number } from "./format.ts"
import { Html, html } from "./html.ts"

export const chartsSection = (charts: ReadonlyArray<Chart>): Html | undefined =>
  charts.length === 0
    ? undefined
    : html`<section aria-labelledby="charts"><h2 id="charts">Charts</h2>
<div class="charts">${charts.map(figure)}</div></section>`

const figure = ({ title, caption, svg, legend = [], table }: Chart): Html => html`<figure>
<figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
${
  legend.length === 0
    ? undefined
    : html`<p class="legend">${legend.map(({ symbol, color, meaning }) => html`<span><span aria-hidden="true" style="color:${color}">${symbol}</span> ${meaning}</span>`)}</p>`
}
${new Html(svg)}
<details><summary>Values<span class="hidden"> of the chart ${title}</span></summary><div class="scroll" tabindex="0" role="region" aria-label="Values: ${title}"><table>
<thead><tr>${table.header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>
${table.rows.map(([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${typeof cell === "number" ? number(cell) : (cell ?? absent)}</td>`)}</tr>\n`)}</tbody></table></div></details>
</figure>
`
