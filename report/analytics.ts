import { AnalyticsRow } from "../domain/AnalyticsRow.ts"
import type { CsvRow } from "../domain/CsvRow.ts"
import type { AnalyticsName } from "../domain/keys.ts"
import type { RunDate } from "../domain/RunDate.ts"
import { csvWriter } from "../services/csv/writer.ts"
import { decadesOf, groupsBy, ratingSummaries } from "./summaries.ts"

const writers = {
  genres: csvWriter(AnalyticsRow.genres),
  countries: csvWriter(AnalyticsRow.countries),
  decades: csvWriter(AnalyticsRow.decades),
  directors: csvWriter(AnalyticsRow.directors),
  box_office: csvWriter(AnalyticsRow.box_office),
  ratings: csvWriter(AnalyticsRow.ratings)
}

/** The texts of a run's aggregate CSVs, by the names of their folders. */
export const analyticsCsvs = (
  runDate: RunDate,
  rows: ReadonlyArray<CsvRow>
): Readonly<Record<AnalyticsName, string>> => ({
  genres: writers.genres(
    groupsBy(rows, ({ genres }) => genres).map(({ name, summary }) => ({ runDate, genre: name, ...summary }))
  ),
  countries: writers.countries(
    groupsBy(rows, ({ countryCodes }) => countryCodes).map(({ name, summary }) => ({
      ...{ runDate, countryCode: name },
      ...summary
    }))
  ),
  decades: writers.decades(
    groupsBy(rows, decadesOf).map(({ name, summary }) => ({ runDate, decade: name, ...summary }))
  ),
  directors: writers.directors(
    groupsBy(rows, ({ directors }) => directors).map(({ name, summary }) => ({ runDate, director: name, ...summary }))
  ),
  box_office: writers.box_office(boxOfficeRows(rows)),
  ratings: writers.ratings(ratingSummaries(rows).map((summary) => ({ runDate, ...summary })))
})

const boxOfficeRows = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<typeof AnalyticsRow.box_office.Type> =>
  rows
    .flatMap((row) => (row.boxOfficeUsd === undefined ? [] : { ...row, boxOfficeUsd: row.boxOfficeUsd }))
    .sort((a, b) => b.boxOfficeUsd - a.boxOfficeUsd || a.rank - b.rank)
    .map((row, index) => ({ ...row, boxOfficeRank: index + 1 }))
