import { assert, describe, it } from "@effect/vitest"
import type { CsvRow } from "../../domain/CsvRow.ts"
import { toCsvRow } from "../../domain/CsvRow.ts"
import type { AnalyticsName } from "../../domain/keys.ts"
import { analyticsCsvs } from "../../report/analytics.ts"
import { enrichedMovie, runDate } from "../support/exampleRun.ts"

const { genres: _, ...bare } = toCsvRow(enrichedMovie(1))
const rows: ReadonlyArray<CsvRow> = [
  {
    ...{ ...bare, rank: 1, title: "=1+1", year: 1994, genres: ["Drama", "Crime", "Drama"], countryCodes: ["US"] },
    ...{ directors: ["Sammy Davis, Jr."], imdbRating: 9.3, imdbVotes: 30, metascore: 82, boxOfficeUsd: 5 }
  },
  {
    ...{ ...bare, rank: 2, title: "B", year: 1999, genres: ["Drama"], countryCodes: ["US", "FR"] },
    ...{ directors: ["Sammy Davis, Jr."], imdbRating: 9, imdbVotes: 12, rottenTomatoes: 97, boxOfficeUsd: 9 }
  },
  { ...bare, rank: 3, title: "C", year: 2001, metascore: 91 },
  { ...bare, rank: 4, title: "D" }
]
const measures = "movies,best_rank,mean_imdb_rating,mean_metascore,mean_rotten_tomatoes,imdb_votes,box_office_usd"
const both = "2,1,9.15,82,97,42,14"

const csvOf = (name: AnalyticsName, of = rows) => analyticsCsvs(runDate, of)[name].trimEnd().split("\r\n")

describe("analyticsCsvs", () => {
  it.each<[AnalyticsName, ReadonlyArray<string>]>([
    ["genres", [`run_date,genre,${measures}`, `2026-11-21,Drama,${both}`, "2026-11-21,Crime,1,1,9.3,82,,30,5"]],
    ["countries", [`run_date,country_code,${measures}`, `2026-11-21,US,${both}`, "2026-11-21,FR,1,2,9,,97,12,9"]],
    ["decades", [`run_date,decade,${measures}`, `2026-11-21,1990,${both}`, "2026-11-21,2000,1,3,,91,,,"]],
    ["directors", [`run_date,director,${measures}`, `2026-11-21,"Sammy Davis, Jr.",${both}`]],
    [
      "box_office",
      [
        "run_date,box_office_rank,imdb_id,title,year,rank,box_office_usd,imdb_rating",
        "2026-11-21,1,tt0000001,B,1999,2,9,9",
        "2026-11-21,2,tt0000001,'=1+1,1994,1,5,9.3"
      ]
    ],
    [
      "ratings",
      [
        "run_date,source,movies,mean,median,lowest,highest",
        "2026-11-21,IMDb,2,91.5,91.5,90,93",
        "2026-11-21,Rotten Tomatoes,1,97,97,97,97",
        "2026-11-21,Metacritic,2,86.5,86.5,82,91"
      ]
    ]
  ])("writes %s", (name, lines) => {
    assert.deepStrictEqual(csvOf(name), lines)
  })

  it("writes only the header without movies", () => {
    for (const text of Object.values(analyticsCsvs(runDate, []))) assert.match(text, /^run_date,[a-z_,]+\r\n$/)
  })

  it("leaves out a sum beyond the bounds of the values", () => {
    const most = { ...bare, genres: ["Drama"], boxOfficeUsd: 999_999_999_999_999 }
    assert.strictEqual(csvOf("genres", [most, most])[1], "2026-11-21,Drama,2,1,,,,,")
  })
})
