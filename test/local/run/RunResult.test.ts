import { assert, describe, it } from "@effect/vitest"
import { publishedOutcomes } from "../../../local/run/RunResult.ts"
import { gapOf, idOf, manifestOf, rosterOf } from "../../support/exampleRun.ts"

const roster = rosterOf([1, 2, 3, 4])
const movie = (rank: number) => ({ imdbId: idOf(rank), rank, title: `Movie ${rank}` })
const notFound = { ...movie(3), reason: "MovieNotFound" }
/** Movies 1 and 2 have an enriched object, movie 3 a gap, and movie 4 no object. */
const stored = {
  roster,
  enriched: [movie(1), movie(2)],
  gaps: [gapOf(3)],
  pending: [{ ...movie(4), reason: "it has no object" }],
  manifest: undefined
}

describe("publishedOutcomes", () => {
  it("returns a movie whose object could not be exported as pending, with the reason", () => {
    const unreadable = [{ imdbId: idOf(2), reason: "ObjectUnreadable", detail: "AccessDenied" }]
    const manifest = manifestOf({ gaps: [notFound], pending: [idOf(4), idOf(2)], unreadable })
    assert.deepStrictEqual(publishedOutcomes({ ...stored, manifest }), {
      enriched: [movie(1)],
      gaps: [{ ...notFound, detail: gapOf(3).detail }],
      pending: [{ ...movie(2), reason: "ObjectUnreadable: AccessDenied" }, ...stored.pending]
    })
  })

  it("returns a movie that was enriched after the last export as it is published", () => {
    const manifest = manifestOf({ gaps: [notFound], pending: [idOf(2), idOf(4)] })
    const { enriched, gaps, pending } = publishedOutcomes({
      ...stored,
      enriched: [movie(1), movie(2), movie(3)],
      gaps: [],
      manifest
    })
    const later = "its object was written after the last export"
    assert.deepStrictEqual(
      { enriched, gaps, pending },
      {
        enriched: [movie(1)],
        gaps: [{ ...notFound, detail: later }],
        pending: [{ ...movie(2), reason: later }, ...stored.pending]
      }
    )
  })

  it.each([
    ["no manifest", undefined],
    ["a manifest of an earlier roster", manifestOf({ rosterCreatedAt: "2026-11-21T05:00:00.000Z" })]
  ])("returns the outcomes of the objects with %s", (_, manifest) => {
    const { enriched, gaps, pending } = stored
    assert.deepInclude<object>(publishedOutcomes({ ...stored, manifest }), { enriched, gaps, pending })
  })
})
