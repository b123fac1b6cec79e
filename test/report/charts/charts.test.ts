import { assert, describe, it, vi } from "@effect/vitest"
import { chartsOf } from "../../../report/charts/Chart.ts"
import { bareOf, sampleRows } from "../exampleDay.ts"

const rows = sampleRows(250)
const chart = (title: string, of = rows) => chartsOf(of).find((chart) => chart.title === title)

describe("chartsOf", () => {
  it("draws each chart as an SVG with a text alternative and the same values as a table", () => {
    const charts = chartsOf(rows)
    assert.deepStrictEqual(
      charts.map(({ title }) => title),
      ["Ratings compared", "Decades", "Runtime", "Genres", "Countries", "Box office and rating"]
    )
    for (const { svg, caption, table } of charts) {
      assert.match(svg, /^<svg viewBox="0 0 400 \d+" role="img" aria-label="[^"]{20,}">/)
      assert.include(svg, `aria-label="${caption}`)
      assert.isNotEmpty(table.rows)
      for (const row of table.rows) assert.lengthOf(row, table.header.length)
    }
  })

  it("takes colors from the page's style only, and has no class, style or id", () => {
    for (const { svg } of chartsOf(rows)) {
      assert.notMatch(svg, /<style|<script|(class|id|style|xmlns)=/)
      for (const [, color] of svg.matchAll(/(?:fill|stroke)="([^"]*)"/g))
        assert.match(color ?? "", /^(var\(--[a-z-]+\)|none)$/)
    }
  })

  it("draws a point for each movie with box office and rating, and one bar for each decade", () => {
    const points = rows.filter(({ boxOfficeUsd = 0, imdbRating }) => boxOfficeUsd > 0 && imdbRating !== undefined)
    assert.include(chart("Box office and rating")?.caption, `${points.length} movies with both`)
    const decades = chart("Decades")
    const movies = decades?.table.rows.reduce((sum, [, count]) => sum + Number(count), 0)
    assert.strictEqual(movies, rows.filter(({ year }) => year !== undefined).length)
    assert.lengthOf(decades?.svg.match(/fill="var\(--accent\)"/g) ?? [], decades?.table.rows.length ?? 0)
  })

  it("escapes texts from outside", () => {
    const hostile = sampleRows(2).map((row) => ({ ...row, title: `<b>"{b}`, genres: [`"><script>`] }))
    const svgs = chartsOf(hostile)
      .map(({ svg }) => svg)
      .join("")
    assert.notMatch(svgs, /<(b|script)>/)
    assert.include(svgs, "&lt;b&gt;")
  })

  it("leaves out a chart without a value, one point of box office, and all charts of one movie", () => {
    const bare = rows.map(bareOf)
    for (const none of [bare, rows.slice(0, 1), []]) assert.isEmpty(chartsOf(none))
    assert.isUndefined(chart("Box office and rating", [...rows.slice(0, 1), ...bare.slice(1, 5)]))
  })

  it("leaves no timer behind, which would keep Node running", () => {
    vi.useFakeTimers()
    try {
      chartsOf(rows.slice(0, 10))
      vi.advanceTimersByTime(1_000)
      assert.strictEqual(vi.getTimerCount(), 0)
    } finally {
      vi.useRealTimers()
    }
  })
})
