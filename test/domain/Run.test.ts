import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { enrichedKey, gapKey } from "../../domain/keys.ts"
import { runProgress } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { idOf, ranksUpTo, rosterCreatedAt, rosterOf, runDate } from "../support/exampleRun.ts"

const created = Date.parse(rosterCreatedAt)
const enriched = (rank: number, lastModified = created) => ({
  key: enrichedKey(runDate, idOf(rank)),
  etag: "e",
  lastModified
})
const gap = (rank: number, lastModified = created) => ({ key: gapKey(runDate, idOf(rank)), etag: "g", lastModified })

describe("runProgress", () => {
  it("orders the outcomes by rank, whatever the order of the roster and the listing", () => {
    const { outcomes, pending } = runProgress(rosterOf([3, 1, 2]), [enriched(2), gap(3), enriched(1)])
    assert.deepStrictEqual(
      outcomes.map(({ movie, outcome }) => [movie.rank, outcome]),
      [
        [1, "enriched"],
        [2, "enriched"],
        [3, "gap"]
      ]
    )
    assert.deepStrictEqual(pending, [])
  })

  it("counts a movie with an enriched object and a gap as enriched", () => {
    const { outcomes } = runProgress(rosterOf([1]), [gap(1), enriched(1)])
    assert.deepStrictEqual(
      outcomes.map(({ outcome, etag }) => [outcome, etag]),
      [["enriched", "e"]]
    )
  })

  it("ignores objects of movies outside the roster and of other days", () => {
    const anotherDay = { ...enriched(1), key: enrichedKey(RunDate.make("2026-11-20"), idOf(1)) }
    const { outcomes, pending } = runProgress(rosterOf([1, 2]), [anotherDay, enriched(2), enriched(3), gap(4)])
    assert.deepStrictEqual([outcomes.map(({ movie }) => movie.rank), pending.map(({ rank }) => rank)], [[2], [1]])
  })

  it.each([
    ["counts a gap of this roster", gap(2, created + 1), []],
    ["counts a gap by the whole seconds that S3 reports", gap(2, created), []],
    ["names a movie with a gap from before the roster as pending", gap(2, created - 1000), [2]]
  ] as const)("%s", (_, stored, ranks) => {
    const roster = { ...rosterOf([1, 2]), createdAt: "2026-11-21T06:00:00.900Z" }
    const { pending } = runProgress(roster, [enriched(1, 0), stored])
    assert.deepStrictEqual<unknown>(
      pending.map(({ rank }) => rank),
      ranks
    )
  })

  const Objects = Schema.Literals(["enriched", "gap", "both", "none"])
  it.effect.prop(
    "lists every movie of the roster exactly once, with an outcome or as pending",
    [Schema.Array(Objects)],
    ([movies]) =>
      Effect.gen(function* () {
        const stored = movies.flatMap((objects, index) => [
          ...(objects === "enriched" || objects === "both" ? [enriched(index + 1)] : []),
          ...(objects === "gap" || objects === "both" ? [gap(index + 1)] : [])
        ])
        const { outcomes, pending } = runProgress(rosterOf(ranksUpTo(movies.length)), stored)
        const listed = [...outcomes.map(({ movie }) => movie.rank), ...pending.map(({ rank }) => rank)]
        assert.sameMembers(listed, [...ranksUpTo(movies.length)])
        assert.strictEqual(pending.length, movies.filter((objects) => objects === "none").length)
      })
  )
})
