import * as Schema from "effect/Schema"
import { type RatingSource, ratingSources } from "../domain/AnalyticsRow.ts"
import type { CsvRow } from "../domain/CsvRow.ts"
import { Count, Percent, Rating, Usd } from "../domain/Values.ts"

/** What the movies of a group have in common. A value is absent where no movie of the group has it. */
export interface Summary {
  readonly movies: number
  readonly bestRank: number
  readonly meanImdbRating?: number
  readonly meanMetascore?: number
  readonly meanRottenTomatoes?: number
  readonly imdbVotes?: number
  readonly boxOfficeUsd?: number
}

export interface Group<Name extends string | number> {
  readonly name: Name
  readonly summary: Summary
}

/** The movies by a value that each has none, one or several of, the largest group first. */
export const groupsBy = <Name extends string | number>(
  rows: ReadonlyArray<CsvRow>,
  namesOf: (row: CsvRow) => ReadonlyArray<Name> | undefined
): ReadonlyArray<Group<Name>> => {
  const groups = new Map<Name, Array<CsvRow>>()
  for (const row of rows) {
    for (const name of new Set(namesOf(row) ?? [])) groups.set(name, [...(groups.get(name) ?? []), row])
  }
  return [...groups]
    .map(([name, members]) => ({ name, summary: summaryOf(members) }))
    .sort((a, b) => b.summary.movies - a.summary.movies || a.summary.bestRank - b.summary.bestRank)
}

/** The first year of the movie's decade. */
export const decadesOf = ({ year }: CsvRow): ReadonlyArray<number> =>
  year === undefined ? [] : [Math.floor(year / 10) * 10]

const summaryOf = (rows: ReadonlyArray<CsvRow>): Summary => {
  const values = (field: NumericField) => valuesOf(rows, field)
  return {
    movies: rows.length,
    bestRank: Math.min(...rows.map(({ rank }) => rank)),
    ...present("meanImdbRating", mean(values("imdbRating")), Rating),
    ...present("meanMetascore", mean(values("metascore")), Percent),
    ...present("meanRottenTomatoes", mean(values("rottenTomatoes")), Percent),
    ...present("imdbVotes", sum(values("imdbVotes")), Count),
    ...present("boxOfficeUsd", sum(values("boxOfficeUsd")), Usd)
  }
}

type NumericField = "imdbRating" | "metascore" | "rottenTomatoes" | "imdbVotes" | "boxOfficeUsd" | "runtimeMinutes"

/** The values of the movies that have one. */
export const valuesOf = (rows: ReadonlyArray<CsvRow>, field: NumericField): ReadonlyArray<number> =>
  rows.flatMap((row) => row[field] ?? [])

export const sum = (values: ReadonlyArray<number>): number | undefined =>
  values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0)

/** With two decimals. */
export const mean = (values: ReadonlyArray<number>): number | undefined => {
  const total = sum(values)
  return total === undefined ? undefined : Math.round((total / values.length) * 100) / 100
}

/** Of two middle values the mean. */
export const median = (values: ReadonlyArray<number>): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b)
  return mean(sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1))
}

/** The movie's rating of one source, 0–100. */
export const scoreOf = (row: CsvRow, source: RatingSource): number | undefined => {
  if (source === "Rotten Tomatoes") return row.rottenTomatoes
  if (source === "Metacritic") return row.metascore
  // 9.2 × 10 is 92 and 9.3 × 10 is 93.00000000000001.
  return row.imdbRating === undefined ? undefined : Math.round(row.imdbRating * 1000) / 100
}

export interface RatingSummary {
  readonly source: RatingSource
  readonly movies: number
  readonly mean: number
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** The ratings of each source that has one, 0–100. */
export const ratingSummaries = (rows: ReadonlyArray<CsvRow>): ReadonlyArray<RatingSummary> =>
  ratingSources.flatMap((source) => {
    const scores = rows.flatMap((row) => scoreOf(row, source) ?? [])
    const [meanScore, medianScore] = [mean(scores), median(scores)]
    if (meanScore === undefined || medianScore === undefined) return []
    return {
      ...{ source, movies: scores.length, mean: meanScore, median: medianScore },
      ...{ lowest: Math.min(...scores), highest: Math.max(...scores) }
    }
  })

/** Left out as well where it is beyond the bounds of the values: a sum of 250 large values can be. */
const present = <Key extends keyof Summary>(key: Key, value: number | undefined, schema: Schema.Codec<number>) =>
  Schema.is(schema)(value) ? { [key]: value } : {}
