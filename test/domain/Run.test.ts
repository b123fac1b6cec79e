import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { enrichedKey, gapKey } from "../../domain/keys.ts"
import { runProgress } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { idOf, ranksUpTo, rosterOf, runDate } from "../support/exampleRun.ts"

const enriched = (rank: number, etag = "e") => ({ key: enrichedKey(runDate, idOf(rank)), etag })
const gap = (rank: number, etag = "g") => ({ key: gapKey(runDate, idOf(rank)), etag })

describe("standing", () => {
  it("takes the movies by rank, whatever the order of the roster and the listing", () => {
    const { accounted, missing } = runProgress(rosterOf([3, 1, 2]), [enriched(2), gap(3), enriched(1)])
    assert.deepStrictEqual(
      accounted.map(({ movie, outcome }) => [movie.rank, outcome]),
      [
        [1, "enriched"],
        [2, "enriched"],
        [3, "gap"]
      ]
    )
    assert.deepStrictEqual(missing, [])
  })

  it("counts a movie with both as enriched", () => {
    const { accounted } = runProgress(rosterOf([1]), [gap(1, "older"), enriched(1, "newer")])
    assert.deepStrictEqual(
      accounted.map(({ outcome, etag }) => [outcome, etag]),
      [["enriched", "newer"]]
    )
  })

  it("passes over who is not of the roster, and objects of another day", () => {
    const anotherDay = { key: enrichedKey(RunDate.make("2026-11-20"), idOf(1)), etag: "e" }
    const { accounted, missing } = runProgress(rosterOf([1, 2]), [anotherDay, enriched(2), enriched(3), gap(4)])
    assert.deepStrictEqual(
      accounted.map(({ movie }) => movie.rank),
      [2]
    )
    assert.deepStrictEqual(
      missing.map(({ rank }) => rank),
      [1]
    )
  })

  const Ending = Schema.Literals(["enriched", "gap", "both", "none"])
  it.effect.prop(
    "has every movie of the roster once: accounted for, else missing",
    [Schema.Array(Ending)],
    ([endings]) =>
      Effect.gen(function* () {
        const stored = endings.flatMap((ending, index) => [
          ...(ending === "enriched" || ending === "both" ? [enriched(index + 1)] : []),
          ...(ending === "gap" || ending === "both" ? [gap(index + 1)] : [])
        ])
        const { accounted, missing } = runProgress(rosterOf(ranksUpTo(endings.length)), stored)
        const seen = [...accounted.map(({ movie }) => movie.rank), ...missing.map(({ rank }) => rank)]
        assert.sameMembers(seen, [...ranksUpTo(endings.length)])
        assert.strictEqual(missing.length, endings.filter((ending) => ending === "none").length)
      })
  )
})
