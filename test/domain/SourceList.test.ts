import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { RankedMovie } from "../../domain/RankedMovie.ts"
import { parseSourceList, topMovies } from "../../domain/SourceList.ts"
import { sourceRow, sourceText } from "../support/exampleRun.ts"

const textOf = (...items: ReadonlyArray<unknown>) => sourceText(items)
const ranksOf = (movies: ReadonlyArray<RankedMovie>) => movies.map(({ rank }) => rank)
/** The usable movies and the skipped rows of a list of these rows. */
const parsed = (...items: ReadonlyArray<unknown>) =>
  Effect.map(parseSourceList(textOf(...items)), ({ rows, skipped }) => ({
    movies: rows.map(({ movie }) => movie()),
    skipped
  }))

describe("parseSourceList", () => {
  it.effect("reads a row of texts into a typed movie", () =>
    Effect.gen(function* () {
      const row = sourceRow(1, { id: "tt0111161", image: "https://example.test/1.jpg" })
      assert.deepStrictEqual(yield* parsed(row), {
        movies: [
          RankedMovie.make({
            imdbId: RankedMovie.fields.imdbId.make("tt0111161"),
            rank: 1,
            title: "Movie 1",
            fullTitle: "Movie 1 (1994)",
            year: 1994,
            image: "https://example.test/1.jpg",
            crew: "Frank Darabont (dir.), Tim Robbins",
            imdbRating: 9.2,
            imdbRatingCount: 2660364
          })
        ],
        skipped: []
      })
    })
  )

  it.effect.each(["1", 1, " 1 ", "01"])("reads the rank %j as 1", (rank) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(ranksOf((yield* parsed(sourceRow(1, { rank }))).movies), [1])
    })
  )

  it.effect("reads numbers with a decimal comma or grouped digits, texts with entities, and ids in any spelling", () =>
    Effect.gen(function* () {
      const numbers = { imDbRating: "9,2", imDbRatingCount: "2,757,004" }
      const row = sourceRow(1, { ...numbers, id: "TT01000001 ", title: " Don&apos;t\r\nLook\tUp&amp;amp;\uD800 " })
      const { movies } = yield* parsed(row, sourceRow(2, { imDbRating: 1e-200 }))
      assert.deepInclude(movies[0], {
        imdbId: RankedMovie.fields.imdbId.make("tt1000001"),
        title: "Don't Look Up&amp;\uFFFD",
        year: 1994,
        imdbRating: 9.2,
        imdbRatingCount: 2757004
      })
      assert.isFalse(Object.hasOwn(movies[1] ?? {}, "imdbRating"))
    })
  )

  it.effect("leaves out optional fields that are empty or of the wrong type or range", () =>
    Effect.gen(function* () {
      const empty = { fullTitle: " ", year: "", image: null, crew: "", imDbRating: "", imDbRatingCount: "0" }
      const wrong = {
        fullTitle: 5,
        year: "MCMXCIV",
        image: "x".repeat(2001),
        crew: {},
        imDbRating: "1e-200",
        imDbRatingCount: "-1"
      }
      const { movies } = yield* parsed(sourceRow(1, empty), sourceRow(2, wrong))
      assert.deepStrictEqual(movies.map(Object.keys), [
        ["imdbId", "rank", "title"],
        ["imdbId", "rank", "title"]
      ])
    })
  )

  it.effect.each([
    { fields: { rank: "" }, reason: "no usable rank" },
    { fields: { rank: "0", id: sourceRow(1).id }, reason: "no usable rank" },
    { fields: { rank: "1001" }, reason: "no usable rank" },
    { fields: { rank: "1.5" }, reason: "no usable rank" },
    { fields: { rank: "first" }, reason: "no usable rank" },
    { fields: { rank: undefined }, reason: "no usable rank" },
    { fields: { rank: "1,5" }, reason: "no usable rank" },
    { fields: { id: "nm0068646" }, reason: "no usable id" },
    { fields: { title: " " }, reason: "no usable title" },
    { fields: { title: "x".repeat(501) }, reason: "no usable title" },
    { fields: { id: null, rank: [], title: {} }, reason: "no usable id and no usable rank and no usable title" }
  ])("skips a row with $reason: $fields", ({ fields, reason }) =>
    Effect.gen(function* () {
      const { movies, skipped } = yield* parsed(sourceRow(1), sourceRow(2, fields))
      assert.deepStrictEqual(skipped, [{ position: 2, reason }])
      assert.deepStrictEqual(ranksOf(movies), [1])
    })
  )

  it.effect("skips items that are not rows", () =>
    Effect.gen(function* () {
      const { skipped } = yield* parsed(null, "tt0111161", [sourceRow(1)], sourceRow(2))
      assert.deepStrictEqual(
        skipped,
        [1, 2, 3].map((position) => ({ position, reason: "no movie in it" }))
      )
    })
  )

  it.effect("orders movies of equal rank by id", () =>
    Effect.gen(function* () {
      const { movies } = yield* parsed(sourceRow(2, { rank: "7" }), sourceRow(1, { rank: "7" }))
      assert.strictEqual(movies.map(({ imdbId }) => imdbId).join(), "tt1000001,tt1000002")
    })
  )

  it.effect("reads a file with a byte order mark and CRLF line ends", () =>
    Effect.gen(function* () {
      const text = `\uFEFF${JSON.stringify({ items: [sourceRow(1)] }, null, 2).replaceAll("\n", "\r\n")}\r\n`
      assert.strictEqual((yield* parseSourceList(text)).rows.length, 1)
    })
  )

  it.effect("ignores a __proto__ and a constructor in the JSON", () =>
    Effect.gen(function* () {
      const hostile = JSON.stringify(sourceRow(2)).replace("{", '{"__proto__":{"crew":"x"},"constructor":"x",')
      const alone = `{"__proto__":${JSON.stringify(sourceRow(1))}}`
      const { rows, skipped } = yield* parseSourceList(`{"__proto__":{"items":[]},"items":[${hostile},${alone}]}`)
      assert.deepStrictEqual(
        rows.map(({ movie }) => [Object.getPrototypeOf(movie()), Object.hasOwn(movie(), "constructor")]),
        [[Object.prototype, false]]
      )
      assert.strictEqual(skipped.length, 1)
      assert.isUndefined(Reflect.get({}, "crew"))
    })
  )
})

describe("SourceListUnusable", () => {
  const messageOf = (text: string) => Effect.map(Effect.flip(parseSourceList(text)), ({ message }) => message)

  it.effect.each([
    ["<!DOCTYPE html>\n<title>403</title>", 'it is not JSON and begins with "<!DOCTYPE html>\\n<title>403</title>"'],
    ["", 'it is not JSON and begins with ""'],
    ["x".repeat(120), `it is not JSON and begins with "${"x".repeat(120)}"`],
    ["x".repeat(121), `it is not JSON and begins with "${"x".repeat(120)}…"`],
    ['{"items":[', 'it is not JSON and begins with "{\\"items\\":["'],
    ["[]", 'it is JSON without a list named "items"'],
    ["null", 'it is JSON without a list named "items"'],
    ['{"items":{}}', 'it is JSON without a list named "items"'],
    ['{"movies":[]}', "it has no items"],
    ['{"items":null}', "it has no items"],
    [
      '{"items":[],"errorMessage":"Invalid API Key. Upgrade your account to use the service."}',
      'it has no items, its error message is "Invalid API Key. Upgrade your account to use the service."'
    ]
  ] as const)("reports the list %j: %s", ([text, detail]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* messageOf(text), `The source list cannot be used: ${detail}.`)
    })
  )
})

describe("topMovies", () => {
  it.effect("fails with the reasons of the first three skipped rows when fewer movies are usable than needed", () =>
    Effect.gen(function* () {
      const unusable = [2, 3, 4, 5].map((rank) => sourceRow(rank, { rank: "" }))
      const list = yield* parseSourceList(textOf(sourceRow(1), ...unusable))
      const error = yield* Effect.flip(topMovies(list, 2))
      const reasons = [2, 3, 4].map((row) => `row ${row} has no usable rank`).join(", ")
      assert.strictEqual(
        error.message,
        `The source list cannot be used: 2 usable rows are needed, it has 1, ${reasons}.`
      )
    })
  )

  const repeat = sourceRow(1, { id: "tt01000001", rank: "3" })

  it.effect("fails when two usable rows of the top have one id", () =>
    Effect.gen(function* () {
      const list = yield* parseSourceList(textOf(repeat, sourceRow(1), sourceRow(2), sourceRow(4)))
      const error = yield* Effect.flip(topMovies(list, 3))
      assert.strictEqual(
        error.message,
        "The source list cannot be used: rows 2 and 1 of its first 3 by rank are both tt1000001."
      )
    })
  )

  it.effect("skips a repeat of an id below the top", () =>
    Effect.gen(function* () {
      const list = yield* parseSourceList(textOf(repeat, sourceRow(1), sourceRow(2), sourceRow(4, { rank: "" })))
      const { movies, skipped } = yield* topMovies(list, 2)
      assert.deepStrictEqual(ranksOf(movies), [1, 2])
      assert.deepStrictEqual(skipped, [
        { position: 4, reason: "no usable rank" },
        { position: 1, reason: "the id of row 2, tt1000001" }
      ])
    })
  )

  const Entries = Schema.NonEmptyArray(Schema.Struct({ rank: RankedMovie.fields.rank, position: Schema.Int }))
  it.effect.prop("returns the n lowest ranks in order, wherever they are in the file", [Entries], ([entries]) =>
    Effect.gen(function* () {
      const rows = entries.map(({ rank, position }, index) => ({ ...sourceRow(index, { rank }), position }))
      const shuffled = rows.toSorted((one, other) => one.position - other.position)
      const n = Math.ceil(rows.length / 2)
      const { movies } = yield* topMovies(yield* parseSourceList(textOf(...rows)), n)
      const lowest = entries.map(({ rank }) => rank).toSorted((one, other) => one - other)
      assert.deepStrictEqual(ranksOf(movies), lowest.slice(0, n))
      assert.deepStrictEqual(movies, (yield* topMovies(yield* parseSourceList(textOf(...shuffled)), n)).movies)
    })
  )
})
