import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { RankedMovie } from "../../domain/RankedMovie.ts"
import { parseSourceList, topMovies } from "../../domain/SourceList.ts"
import { file, other, row } from "./listFile.ts"

describe("topOf", () => {
  it.effect("names what is missing when the list holds fewer than asked for", () =>
    Effect.gen(function* () {
      const list = yield* parseSourceList(file(row(), other({ rank: "" })))
      const error = yield* Effect.flip(topMovies(list, 2))
      assert.strictEqual(error._tag, "SourceListUnusable")
      assert.strictEqual(
        error.message,
        "The source list cannot be used: 2 usable rows are needed and it has 1, row 2 has no usable rank."
      )
    })
  )

  const Entries = Schema.NonEmptyArray(Schema.Struct({ rank: RankedMovie.fields.rank, place: Schema.Int }))
  type Entries = typeof Entries.Type
  const rows = (entries: Entries) =>
    entries.map(({ rank, place }, index) => ({ id: `tt${1_000_000 + index}`, rank: `${rank}`, title: "x", place }))

  it.effect.prop("gives the same movies in whatever order the file has them", [Entries], ([entries]) =>
    Effect.gen(function* () {
      const listed = rows(entries)
      const shuffled = listed.toSorted((a, b) => a.place - b.place)
      const n = Math.ceil(listed.length / 2)
      assert.deepStrictEqual(
        yield* topMovies(yield* parseSourceList(file(...shuffled)), n),
        yield* topMovies(yield* parseSourceList(file(...listed)), n)
      )
    })
  )

  it.effect.prop("gives n movies in order of rank, none of which a movie left out outranks", [Entries], ([entries]) =>
    Effect.gen(function* () {
      const list = yield* parseSourceList(file(...rows(entries)))
      const n = Math.ceil(entries.length / 2)
      const top = (yield* topMovies(list, n)).map(({ rank }) => rank)
      assert.strictEqual(top.length, n)
      assert.deepStrictEqual(
        top,
        entries
          .map(({ rank }) => rank)
          .toSorted((a, b) => a - b)
          .slice(0, n)
      )
    })
  )
})
