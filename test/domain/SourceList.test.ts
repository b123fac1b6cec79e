import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RankedMovie } from "../../domain/RankedMovie.ts"
import { parseSourceList } from "../../domain/SourceList.ts"
import { file, other, row } from "./listFile.ts"

describe("sourceList", () => {
  it.effect("reads a row of strings into a typed movie", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* parseSourceList(file(row())), {
        movies: [
          RankedMovie.make({
            imdbId: RankedMovie.fields.imdbId.make("tt0111161"),
            rank: 1,
            title: "The Shawshank Redemption",
            fullTitle: "The Shawshank Redemption (1994)",
            year: 1994,
            image: "https://example.test/1.jpg",
            crew: "Frank Darabont (dir.), Tim Robbins, Morgan Freeman",
            imdbRating: 9.2,
            imdbRatingCount: 2660364
          })
        ],
        skipped: []
      })
    })
  )

  it.effect.each(["1", 1, " 1 ", "01"])("reads rank %j as one", (rank) =>
    Effect.gen(function* () {
      const { movies } = yield* parseSourceList(file(row({ rank })))
      assert.strictEqual(movies[0]?.rank, 1)
    })
  )

  it.effect("leaves out what a sister list leaves empty, and what is no such value", () =>
    Effect.gen(function* () {
      const empty = { fullTitle: " ", year: "", image: null, crew: "", imDbRating: "", imDbRatingCount: "0" }
      const wrong = {
        fullTitle: 5,
        year: "MCMXCIV",
        image: "x".repeat(2001),
        crew: {},
        imDbRating: "11",
        imDbRatingCount: "-1"
      }
      const { movies } = yield* parseSourceList(file(row(empty), other(wrong)))
      assert.deepStrictEqual(movies.map(Object.keys), [
        ["imdbId", "rank", "title"],
        ["imdbId", "rank", "title"]
      ])
    })
  )

  it.effect.each([
    { fields: { rank: "" }, why: "no usable rank" },
    { fields: { rank: "0" }, why: "no usable rank" },
    { fields: { rank: "1001" }, why: "no usable rank" },
    { fields: { rank: "1.5" }, why: "no usable rank" },
    { fields: { rank: "first" }, why: "no usable rank" },
    { fields: { rank: undefined }, why: "no usable rank" },
    { fields: { id: "tt68646" }, why: "no usable id" },
    { fields: { title: " " }, why: "no usable title" },
    { fields: { title: "x".repeat(501) }, why: "no usable title" },
    { fields: { id: null, rank: [], title: {} }, why: "no usable id and no usable rank and no usable title" }
  ])("skips a row with $why and says so: $fields", ({ fields, why }) =>
    Effect.gen(function* () {
      const { movies, skipped } = yield* parseSourceList(file(row(), other(fields)))
      assert.deepStrictEqual(skipped, [{ position: 2, reason: why }])
      assert.deepStrictEqual(
        movies.map((movie) => movie.rank),
        [1]
      )
    })
  )

  it.effect("skips what is no row at all", () =>
    Effect.gen(function* () {
      const { skipped } = yield* parseSourceList(file(null, "tt0111161", [row()], row()))
      assert.deepStrictEqual(
        skipped.map(({ position }) => position),
        [1, 2, 3]
      )
    })
  )

  it.effect("orders equal ranks by id", () =>
    Effect.gen(function* () {
      const { movies } = yield* parseSourceList(file(row({ rank: "2" }), other({ rank: "2" })))
      assert.deepStrictEqual(
        movies.map(({ imdbId }) => `${imdbId}`),
        ["tt0068646", "tt0111161"]
      )
    })
  )

  it.effect("bears a byte order mark and CRLF line ends", () =>
    Effect.gen(function* () {
      const text = `\uFEFF${JSON.stringify({ items: [row()] }, null, 2).replaceAll("\n", "\r\n")}\r\n`
      assert.strictEqual((yield* parseSourceList(text)).movies.length, 1)
    })
  )

  it.effect("takes no harm from a row that names a prototype", () =>
    Effect.gen(function* () {
      const hostile = JSON.stringify(other({})).replace("{", '{"__proto__":{"crew":"nobody"},"constructor":"x",')
      const alone = `{"__proto__":${JSON.stringify(row())}}`
      const { movies, skipped } = yield* parseSourceList(`{"__proto__":{"items":[]},"items":[${hostile},${alone}]}`)
      assert.deepStrictEqual(
        movies.map((movie) => [Object.getPrototypeOf(movie), Object.hasOwn(movie, "constructor")]),
        [[Object.prototype, false]]
      )
      assert.strictEqual(skipped.length, 1)
      assert.isUndefined(Reflect.get({}, "crew"))
    })
  )

  it.effect("minds a twin among the usable rows only", () =>
    Effect.gen(function* () {
      const { movies, skipped } = yield* parseSourceList(file(row({ rank: "" }), row()))
      assert.deepStrictEqual([movies.length, skipped.length], [1, 1])
    })
  )
})
