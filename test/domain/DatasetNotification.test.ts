import { assert, describe, it } from "@effect/vitest"
import { isSameDataset, notificationOf, subjectOf } from "../../domain/DatasetNotification.ts"
import type { Manifest } from "../../domain/Run.ts"
import { gapOf, idOf, manifestOf } from "../support/exampleRun.ts"

const gap = (rank: number, others: Partial<Manifest["gaps"][number]> = {}) => {
  const { imdbId, title, reason } = gapOf(rank)
  return { imdbId, rank, title, reason, ...others }
}
const provisional = { nextAttemptAt: "2026-11-21T07:00:00.000Z" }

describe("subjectOf", () => {
  const partial = { complete: false, total: 10 }

  it.each([
    [{ total: 10, enriched: 10 }, "IMDb top 10, 2026-11-21: complete"],
    [
      { ...partial, enriched: 6, gaps: [gap(7), gap(8)], pending: [idOf(9), idOf(10)] },
      "IMDb top 10, 2026-11-21: 6 of 10 movies, 2 gaps, 2 pending"
    ],
    [{ ...partial, enriched: 9, gaps: [gap(7)] }, "IMDb top 10, 2026-11-21: 9 of 10 movies, 1 gap"],
    [{ ...partial, enriched: 9, pending: [idOf(7)] }, "IMDb top 10, 2026-11-21: 9 of 10 movies, 1 pending"]
  ])("of %j is %j", (changes, subject) => {
    assert.strictEqual(subjectOf(notificationOf(manifestOf(changes))), subject)
  })
})

describe("isSameDataset", () => {
  const isSame = (earlier: Partial<Manifest>, later: Partial<Manifest>) =>
    isSameDataset(notificationOf(manifestOf(earlier)), notificationOf(manifestOf(later)))

  it.each([
    ["a provisional gap is recorded", { gaps: [gap(2)] }, { gaps: [gap(2), gap(3, provisional)] }],
    ["final gaps are in another order", { gaps: [gap(2), gap(3)] }, { gaps: [gap(3), gap(2)] }]
  ])("is true when %s", (_, earlier, later) => {
    assert.isTrue(isSame(earlier, later))
  })

  it.each([
    ["the CSV has changed", { sha256: "0".repeat(64) }, { sha256: "1".repeat(64) }],
    ["the run is complete now", { complete: false }, { complete: true }],
    ["a gap is final now", { gaps: [gap(2, provisional)] }, { gaps: [gap(2)] }],
    ["a final gap is of another movie", { gaps: [gap(2)] }, { gaps: [gap(3)] }],
    ["a final gap has another reason", { gaps: [gap(2)] }, { gaps: [gap(2, { reason: "OmdbUnavailable" })] }]
  ])("is false when %s", (_, earlier, later) => {
    assert.isFalse(isSame(earlier, later))
  })
})
