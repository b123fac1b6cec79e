import * as Effect from "effect/Effect"
import type { RunDate } from "../../domain/RunDate.ts"
import { dayReport } from "../../report/DayReport.ts"
import { renderPage } from "../../report/page/renderPage.ts"
import { readSources } from "../../report/readSources.ts"

/** The page of a day, from the run's manifest and the CSVs. */
export const rebuildReport = (runDate: RunDate) =>
  Effect.map(readSources(runDate), (sources) => renderPage(dayReport(sources)))
