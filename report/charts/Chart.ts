import type { CsvRow } from "../../domain/CsvRow.ts"
import { barCharts } from "./barCharts.ts"
import { boxOfficeChart } from "./boxOfficeChart.ts"
import { ratingsChart } from "./ratingsChart.ts"

/** A chart of the report, with the same content as texts. */
export interface Chart {
  readonly title: string
  /** What the chart shows and which movies it leaves out. */
  readonly caption: string
  readonly svg: string
  /** Of a chart with several symbols: the symbol, its style and its meaning. */
  readonly legend?: ReadonlyArray<{ readonly symbol: string; readonly color: string; readonly meaning: string }>
  readonly table: {
    readonly header: ReadonlyArray<string>
    /** The first cell of a row is its header. */
    readonly rows: ReadonlyArray<ReadonlyArray<string | number | undefined>>
  }
}

/** The charts of at least two movies: one movie's values are on its card. A chart without a value is left out. */
export const chartsOf = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<Chart> =>
  rows.length < 2 ? [] : [...ratingsChart(rows), ...barCharts(rows), ...boxOfficeChart(rows)]
