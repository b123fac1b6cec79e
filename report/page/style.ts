/** The page's style. Fonts are those of the reader's system; dark mode and print follow from `color-scheme`. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf8f3, #15130f);
  --card: light-dark(#fffefb, #1e1b16);
  --ink: light-dark(#1f1b16, #f0e9dc);
  --muted: light-dark(#675f53, #aca392);
  --rule: light-dark(#e6dfd1, #383228);
  --rule-strong: light-dark(#cfc5b2, #574e40);
  --accent: light-dark(#8a3324, #e09a6c);
  --imdb: light-dark(#a87400, #efc04f);
  --tomatoes: light-dark(#c23b22, #f2806a);
  --metacritic: light-dark(#1f6f78, #6cc3c9);
  --up: light-dark(#21683f, #7fcf9d);
  --down: light-dark(#a33a26, #f0907c);
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "Noto Serif", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 0 clamp(16px, 4vw, 48px) 64px; max-width: 1320px;
  background: var(--paper); color: var(--ink);
  font: 15px/1.5 var(--sans); font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
h1, h2, h3, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
ol, ul { list-style: none; }
h1, h2, h3, .rank, .figures dd { font-family: var(--serif); font-weight: 600; text-wrap: balance; }
a { color: inherit; text-decoration-color: var(--rule-strong); text-underline-offset: 3px; }
a:hover { color: var(--accent); text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
code { font: 13px/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.absent, .note, .more, .step { color: var(--muted); }

.masthead { padding: clamp(36px, 7vw, 84px) 0 28px; }
.date { color: var(--accent); font-weight: 600; letter-spacing: .02em; }
h1 { font-size: clamp(42px, 7vw, 84px); line-height: 1.02; letter-spacing: -.022em; margin: 6px 0 14px; }
.status { display: inline-block; padding: 3px 12px; border-radius: 99px; border: 1px solid; font-size: 14px; font-weight: 600; text-decoration: none; }
.complete { color: var(--up); }
.incomplete { color: var(--down); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 20px 32px; margin-top: clamp(28px, 4vw, 48px); padding-top: 20px; border-top: 2px solid var(--ink); }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dt { color: var(--muted); font-size: 13px; }
.figures dd { font-size: clamp(24px, 2.6vw, 34px); line-height: 1.2; letter-spacing: -.01em; white-space: nowrap; }

section { margin-top: clamp(44px, 6vw, 76px); }
h2 { font-size: clamp(26px, 3vw, 36px); letter-spacing: -.012em; line-height: 1.15; margin-bottom: 20px; }
h3 { font-size: 19px; line-height: 1.25; }

.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 216px), 1fr)); gap: 16px; }
.card, .card article { display: flex; flex-direction: column; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 6px; break-inside: avoid; }
.card article { flex: 1; padding: 14px 18px 16px; }
.place { display: flex; justify-content: space-between; align-items: baseline; }
.rank { font-size: 46px; line-height: 1.1; letter-spacing: -.03em; color: var(--accent); }
.card h3 a { text-decoration: none; }
.card h3 { margin-top: 4px; overflow-wrap: anywhere; hyphens: auto; }
.facts { color: var(--muted); font-size: 14px; margin-top: 3px; }
.scores { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; margin: 14px 0; padding: 11px 0 12px; border-block: 1px solid var(--rule); }
.scores div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.scores dt { color: var(--muted); font-size: 12px; }
.scores abbr { text-decoration: none; }
.scores dd { font-size: 19px; font-weight: 600; line-height: 1.2; display: flex; flex-wrap: wrap; align-items: baseline; column-gap: 3px; }
.scores .delta { font-size: 11px; }
.bar { flex-basis: 100%; height: 4px; margin: 5px 0 4px; border-radius: 2px; background: linear-gradient(currentColor 0 0) 0 / var(--score) 100% no-repeat var(--rule); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.imdb .bar { color: var(--imdb); }
.rotten .bar { color: var(--tomatoes); }
.metacritic .bar { color: var(--metacritic); }
.details { display: grid; gap: 4px; font-size: 14px; line-height: 1.4; margin-bottom: 12px; }
.details dt { position: absolute; clip-path: inset(50%); }
.details dd { overflow-wrap: anywhere; }
.details div ~ div { color: var(--muted); }
.amounts { display: grid; grid-template-columns: 1fr auto; gap: 10px; margin: auto 0 12px; font-size: 14px; }
.amounts dt { color: var(--muted); font-size: 12px; line-height: 1.3; }
.month { display: grid; grid-template-columns: 68px 1fr; gap: 10px; align-items: center; color: var(--muted); font-size: 12px; line-height: 1.3; margin-bottom: 10px; }
.line { display: block; width: 68px; height: 17px; overflow: visible; }
.line polyline { fill: none; stroke: var(--muted); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.line circle { fill: var(--accent); }
.links { font-size: 13px; color: var(--muted); }

.mark, .delta { font-weight: 600; white-space: nowrap; font-size: 13px; }
.up { color: var(--up); }
.down { color: var(--down); }
.new { color: var(--accent); }
.same { color: var(--muted); }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.4; }
caption { text-align: left; font: 600 22px var(--serif); padding: 36px 0 10px; }
th, td { text-align: left; vertical-align: top; padding: 8px 14px 8px 0; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; white-space: nowrap; border-bottom: 1px solid var(--rule-strong); }
tbody th { font-weight: 600; min-width: 9em; }
tbody td:first-child, td data { white-space: nowrap; }
.movies td:has(> data), .movies td:has(> .absent) { text-align: right; }
.movies th:nth-child(n + 6):nth-child(-n + 10) { text-align: right; white-space: normal; vertical-align: bottom; }
tr { break-inside: avoid; }

.groups { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 250px), 1fr)); gap: 28px 36px; margin-top: 20px; }
.group h3 { display: flex; justify-content: space-between; padding-bottom: 6px; border-bottom: 1px solid var(--rule-strong); }
.count { color: var(--muted); font: 400 14px/1.7 var(--sans); }
.group li { display: flex; justify-content: space-between; align-items: baseline; gap: 14px; padding: 6px 0; border-bottom: 1px solid var(--rule); }
.step { white-space: nowrap; }
.over { margin: 40px 0 4px; }
.over ~ .scroll { margin-top: 12px; max-width: 860px; }
.note { margin-top: 16px; }

.charts { columns: 3 340px; column-gap: 40px; }
figure { break-inside: avoid; margin-bottom: 40px; padding-top: 12px; border-top: 1px solid var(--rule-strong); }
figcaption p, .legend { color: var(--muted); font-size: 13px; line-height: 1.4; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 6px; }
figure > svg { display: block; width: 100%; max-width: 480px; height: auto; margin-top: 12px; overflow: visible; font: 12px var(--sans); }
details { margin-top: 8px; font-size: 13px; }
summary { color: var(--muted); cursor: pointer; width: fit-content; }
details table { font-size: 13px; }
details tbody th { font-weight: 500; min-width: 0; }

.provenance { display: grid; gap: 8px; max-width: 900px; }
.provenance div { display: grid; grid-template-columns: clamp(96px, 18vw, 180px) 1fr; gap: 12px; }
.provenance dt { color: var(--muted); }
.provenance dd { overflow-wrap: anywhere; }

.contents ul { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 14px; }

@media (max-width: 560px) {
  .figures { grid-template-columns: 1fr 1fr; }
  .movies, .movies caption, .movies tbody { display: block; }
  .movies thead { position: absolute; clip-path: inset(50%); }
  .movies tr { display: grid; grid-template-columns: 44px repeat(3, 1fr); gap: 2px 10px; padding: 12px 0; border-bottom: 1px solid var(--rule); }
  .movies td, .movies th { border: 0; padding: 0; }
  .movies tbody td:has(> data), .movies tbody td:has(> .absent) { text-align: left; }
  .movies tr > * { grid-column: 2 / -1; order: 3; }
  .movies td:first-child { grid-column: 1; grid-row: 1 / span 8; white-space: normal; }
  .movies tbody th { order: 0; font-size: 16px; }
  .movies td:nth-child(n + 7):nth-child(-n + 9) { grid-column: auto; order: 1; font-weight: 600; }
  .movies td:nth-child(n + 7):nth-child(-n + 9)::before { display: block; color: var(--muted); font-size: 12px; font-weight: 400; }
  .movies td:nth-child(7)::before { content: "IMDb"; }
  .movies td:nth-child(8)::before { content: "Tomatoes"; }
  .movies td:nth-child(9)::before { content: "Metacritic"; }
  .movies td:nth-child(3), .movies td:nth-child(6), .movies td:nth-child(10) { grid-column: auto; order: 2; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --card: #fff; }
  @page { margin: 14mm; }
  body { font-size: 11px; padding: 0; max-width: none; }
  h1 { font-size: 44px; }
  .masthead { padding-top: 0; }
  section { margin-top: 28px; }
  .cards { grid-template-columns: repeat(4, 1fr); gap: 8px; }
  .charts { columns: 2; }
  .scroll { overflow: visible; }
  table, .details, .amounts, .facts { font-size: 10px; }
  th, td { padding: 3px 6px 3px 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
  details > summary, .contents { display: none; }
  h2, h3, figcaption { break-after: avoid; }
  .mark, .delta, thead th, details table { font-size: inherit; }
  thead th { white-space: normal; }
  details table { font-size: 8px; table-layout: fixed; overflow-wrap: anywhere; }
  .links { display: none; }
  .scores dt, .amounts dt { font-size: 9px; }
  .card article { padding: 8px 10px; }
}
`
