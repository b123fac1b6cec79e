import { BarChart, type BarSeriesOption, ScatterChart, type ScatterSeriesOption } from "echarts/charts"
import { GridComponent, type GridComponentOption } from "echarts/components"
import { type ComposeOption, init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import { escapeUTF8 } from "entities/escape"

use([BarChart, ScatterChart, GridComponent, SVGRenderer])

export type ChartOption = ComposeOption<BarSeriesOption | ScatterSeriesOption | GridComponentOption>

/** About as wide as a phone, so that a text has nearly its own size there and in three columns of a desktop. */
const width = 400

/** Draws a chart as an SVG element. Colors are the variables of the page's style, so that dark mode applies. */
export const renderSvg = (option: ChartOption, height: number, alternative: string): string => {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height })
  try {
    chart.setOption({ animation: false, ...option })
    return compacted(chart.renderToSVGString(), alternative)
  } finally {
    // Otherwise a timer keeps Node running.
    chart.dispose()
  }
}

// The elements carry classes and data for scripts, and a style for hovering, all numbered by chart: the same day would
// not give the same page twice. The page's style sets the font.
const compacted = (svg: string, alternative: string): string =>
  svg
    .replace(/<style.*?<\/style>\s*/gs, "")
    .replace(/<rect [^>]*fill="none"><\/rect>\s*/, "")
    .replace(/<[a-z][^>]*>/g, (tag) => tag.replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space|style)="[^"]*"/g, ""))
    .replace(/^<svg [^>]*?viewBox="([^"]*)">/, (_, viewBox: string) => {
      const label = escapeUTF8(alternative)
      return `<svg viewBox="${viewBox}" role="img" aria-label="${label}">`
    })

/** An axis with its labels and at most thin lines. */
export const valueAxis = {
  axisLine: { lineStyle: { color: "var(--rule-strong)" } },
  splitLine: { lineStyle: { color: "var(--rule)" } },
  axisLabel: { color: "var(--muted)" }
}
export const categoryAxis = {
  axisTick: { show: false },
  axisLine: { lineStyle: { color: "var(--rule)" } },
  axisLabel: { color: "var(--ink)", interval: 0, hideOverlap: true }
}
export const grid = { left: 4, right: 28, top: 8, bottom: 4 }
