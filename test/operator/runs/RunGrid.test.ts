import { assert, describe, it } from "@effect/vitest"
import { ImdbId } from "../../../domain/ImdbId.ts"
import type { Manifest, Roster } from "../../../domain/Run.ts"
import { RunDate } from "../../../domain/RunDate.ts"
import { daysBetween, runDay } from "../../../operator/runs/RunGrid.ts"

const godfather = ImdbId.make("tt0068646")
const shawshank = ImdbId.make("tt0111161")
const day = RunDate.make("2026-11-21")

describe("the days of the grid", () => {
  it.each([
    ["2026-02-27", "2026-03-02", ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]],
    ["2026-12-31", "2027-01-01", ["2026-12-31", "2027-01-01"]],
    ["2026-11-21", "2026-11-21", ["2026-11-21"]],
    ["2026-11-22", "2026-11-21", []]
  ])("from %s to %s are %j", (from, to, days) => {
    assert.deepStrictEqual<ReadonlyArray<string>>(daysBetween(RunDate.make(from), RunDate.make(to)), days)
  })

  const createdAt = "2026-11-21T05:00:00.000Z"
  const roster: Roster = { runDate: day, createdAt, total: 2, movies: [] }
  const gap = { imdbId: godfather, rank: 2, title: "The Godfather", reason: "QuotaExhausted" } as const
  const manifest: Manifest = {
    runDate: day,
    rosterCreatedAt: createdAt,
    complete: true,
    total: 2,
    enriched: 2,
    gaps: [],
    pending: [],
    unreadable: [],
    csvKey: `csv/run_date=${day}/movies.csv`,
    sha256: "",
    madeOf: [],
    completedAt: "2026-11-21T05:00:07.000Z"
  }
  const partly = { ...manifest, complete: false, enriched: 1 }
  const provisional = { ...gap, nextAttemptAt: "2026-11-21T09:00:00Z" }

  it.each<[string, Roster | undefined, Manifest | undefined, object]>([
    ["none without a roster", undefined, undefined, {}],
    ["unfinished without a manifest", roster, undefined, { total: 2 }],
    [
      "unfinished with the manifest of an earlier roster",
      { ...roster, createdAt: "2026-11-21T06:00:00.000Z" },
      manifest,
      { total: 2 }
    ],
    ["complete", roster, manifest, { total: 2, enriched: 2, gaps: 0, pending: 0, durationMs: 7000 }],
    ["gaps", roster, { ...partly, gaps: [gap] }, { total: 2, enriched: 1, gaps: 1, pending: 0, durationMs: 7000 }],
    [
      "provisional where a gap has a next attempt",
      roster,
      { ...partly, enriched: 0, gaps: [gap, provisional] },
      { total: 2, enriched: 0, gaps: 2, pending: 0, durationMs: 7000 }
    ],
    [
      "pending before provisional",
      roster,
      { ...partly, enriched: 0, gaps: [provisional], pending: [shawshank] },
      { total: 2, enriched: 0, gaps: 1, pending: 1, durationMs: 7000 }
    ]
  ])("are %s", (title, roster, manifest, more) => {
    assert.deepStrictEqual<object>(runDay(day, roster, manifest), { runDate: day, state: title.split(" ")[0], ...more })
  })
})
