import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { enrichedKey, gapKey } from "../../domain/keys.ts"
import { isExported, Manifest, runProgress } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { idOf, manifestOf, ranksUpTo, rosterCreatedAt, rosterOf, runDate } from "../support/exampleRun.ts"

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

  it("orders movies of equal rank by id", () => {
    const movies = [2, 1].map((id) => ({ imdbId: idOf(id), rank: 7, title: "Movie" }))
    const { pending } = runProgress({ ...rosterOf([]), movies }, [])
    assert.deepStrictEqual(
      pending.map(({ imdbId }) => imdbId),
      [idOf(1), idOf(2)]
    )
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

describe("isExported", () => {
  const roster = rosterOf([1, 2, 3])
  const progress = runProgress(roster, [enriched(1), gap(2)])
  const exported = {
    pending: [idOf(3)],
    madeOf: [
      { key: enrichedKey(runDate, idOf(1)), etag: "e" },
      { key: gapKey(runDate, idOf(2)), etag: "g" }
    ]
  }

  it.each([
    ["has the same objects and pending movies", {}],
    [
      "names as pending a movie whose object is not a valid document",
      { pending: [idOf(3), idOf(2)], unreadable: [{ imdbId: idOf(2), reason: "DocumentInvalid", detail: "no JSON" }] }
    ]
  ])("is true for a manifest that %s", (_, changes) => {
    assert.isTrue(isExported(manifestOf({ ...exported, ...changes }), roster, progress))
  })

  it.each([
    ["is of another roster", { rosterCreatedAt: "2026-11-21T08:00:00.000Z" }],
    ["has another version of an object", { madeOf: exported.madeOf.map(({ key }) => ({ key, etag: "other" })) }],
    ["has the object of another movie", { madeOf: exported.madeOf.map(({ etag }) => ({ key: "other", etag })) }],
    ["lacks an object", { madeOf: exported.madeOf.slice(0, 1) }],
    ["names another movie as pending", { pending: [idOf(4)] }],
    ["names no movie as pending", { pending: [] }]
  ])("is false for a manifest that %s", (_, changes) => {
    assert.isFalse(isExported(manifestOf({ ...exported, ...changes }), roster, progress))
  })
})

describe("Manifest", () => {
  const sha256 = "0123456789abcdef".repeat(4)

  it.each([
    ["has more digits", `${sha256}0`],
    ["is after other text", `sha256:${sha256}`]
  ])("rejects a SHA-256 that %s", (_, invalid) => {
    assert.isTrue(Schema.is(Manifest)(manifestOf({ sha256 })))
    assert.isFalse(Schema.is(Manifest)({ ...manifestOf({ sha256 }), sha256: invalid }))
  })
})
