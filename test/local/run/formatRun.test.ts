import { assert, describe, it } from "@effect/vitest"
import type { DayRow } from "../../../cli/dayTable.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import { explainIncomplete, formatRun } from "../../../local/run/formatRun.ts"
import type { RunResult } from "../../../local/run/RunResult.ts"
import type { RunSummary } from "../../../local/run/RunSummary.ts"
import { idOf } from "../../support/exampleRun.ts"
import { withoutMarks } from "../../support/withoutMarks.ts"

const summary: RunSummary = {
  runDate: RunDate.make("2026-11-21"),
  complete: true,
  total: 10,
  enriched: 10,
  gaps: [],
  pending: [],
  deadLetters: {},
  csvKey: "csv/run_date=2026-11-21/movies.csv",
  reportKey: "reports/run_date=2026-11-21/index.html",
  tableItems: 10,
  failures: [],
  denied: [],
  unusedGrants: [{ role: "EnrichAndStoreMovie-role", action: "s3:PutObject", resource: "arn:aws:s3:::movies/x" }],
  invocations: {},
  durationMs: 1234,
  out: "out"
}
const row: DayRow = {
  imdbId: "tt0167260",
  rank: 7,
  title: "The Lord of the Rings: The Return of the King",
  year: 2003,
  runtimeMinutes: 201,
  imdbRating: 9,
  imdbVotes: 2_083_855,
  rottenTomatoes: 94,
  boxOfficeUsd: 381_878_219,
  directors: ["Peter Jackson"]
}
const noResult: RunResult = {
  roster: undefined,
  enriched: [],
  gaps: [],
  pending: [],
  manifest: undefined,
  rows: [],
  report: undefined
}
const format = (changes: Partial<RunSummary>, rows: ReadonlyArray<DayRow> = [], width = 0) =>
  withoutMarks(formatRun({ ...summary, ...changes }, { ...noResult, rows }, width))

describe("formatRun", () => {
  it("names a grant that a complete run did not use", () => {
    const text = format({})
    assert.include(text, "unused grant: EnrichAndStoreMovie-role may call s3:PutObject on arn:aws:s3:::movies/x")
    assert.include(text, "Files: out/s3, out/dynamodb, out/logs")
    assert.include(text, "10 of 10 movies of 2026-11-21 enriched in 1.2 s.")
  })

  it("omits unused grants of an incomplete run, and the count of a run without movies", () => {
    const text = format({ complete: false, total: 0, enriched: 0, csvKey: null })
    assert.notInclude(text, "unused grant")
    assert.notInclude(text, "movies of")
    assert.include(text, "Logs: out/logs. What an earlier run of 2026-11-21 exported to out is unchanged.")
  })

  it("names a pending movie and its reason, also in the sentence on stderr", () => {
    const pending = [{ imdbId: idOf(2), rank: 2, title: "Movie 2", reason: "ObjectUnreadable: AccessDenied" }]
    const text = withoutMarks(formatRun(summary, { ...noResult, pending }, 0))
    assert.include(text, "  pending: #2 Movie 2 (tt0000002): ObjectUnreadable: AccessDenied\n")
    assert.strictEqual(
      explainIncomplete({ ...summary, enriched: 9, tableItems: 9 }, { ...noResult, pending }),
      "The run of 2026-11-21 is not complete: 1 pending, the first is tt0000002 (ObjectUnreadable: AccessDenied). Logs: out/logs."
    )
  })

  it.each([
    [60, ["Title", "Year", "IMDb"], ["Box office", "Minutes"]],
    [80, ["Title", "Box office"], ["Director", "Minutes"]],
    [0, ["Title", "Box office", "Director", "Votes", "Minutes", "Tomatoes"], []]
  ])("fits the table into a terminal of %d columns", (width, shown, hidden) => {
    const text = format({}, [row], width)
    for (const head of shown) assert.include(text, head)
    for (const head of hidden) assert.notInclude(text, head)
    const lines = text.split("\n").filter((line) => /^[┌│]/.test(line))
    if (width > 0) for (const line of lines) assert.isAtMost(line.length, width)
  })

  it("shortens a title and a list of directors that are longer than a line", () => {
    const text = format({}, [{ ...row, title: "a".repeat(81), directors: ["b".repeat(40), "c".repeat(40)] }])
    assert.include(text, ` ${"a".repeat(79)}… `)
    assert.include(text, ` ${"b".repeat(40)}, ${"c".repeat(37)}… `)
  })

  it("replaces control characters of a title", () => {
    assert.include(format({}, [{ ...row, title: "A\u001b[2J\u202eB" }]), "A□[2J□B")
  })
})
