import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { boundedText } from "../../../services/omdb/boundedText.ts"
import { readJson } from "../../../services/omdb/readJson.ts"
import { parseReply } from "../../../services/omdb/reply.ts"
import { movie } from "../../support/ScriptedOmdb.ts"

const requested = ImdbId.make("tt0111161")
const unchanged = (text: string) => text
const redacting = (key: string) => (text: string) => text.replaceAll(key, "<redacted>")

describe("parseReply", () => {
  const errorText = (text: string) => JSON.stringify({ Response: "False", Error: text })
  const conversion = `{"Response":"False","Error":"Conversion from string "3896198a" to type 'Double' is not valid."}`

  it.effect("returns the details of the requested movie, with OMDb's own texts in raw", () =>
    Effect.gen(function* () {
      const details = yield* parseReply(requested, { status: 200, body: JSON.stringify(movie) }, unchanged)
      assert.deepInclude(details, { imdbId: requested, title: "The Shawshank Redemption", runtimeMinutes: 142 })
      assert.strictEqual(details.raw["imdbVotes"], "3,120,594")
    })
  )

  it.effect.each([
    [200, errorText("Incorrect IMDb ID."), "MovieNotFound", "Incorrect IMDb ID."],
    [200, errorText("Movie not found!"), "MovieNotFound", "Movie not found!"],
    [200, conversion, "MovieNotFound", `Conversion from string "3896198a" to type 'Double' is not valid.`],
    [200, '{"Response":false,"Error":"Movie not found!"}', "MovieNotFound", "Movie not found!"],
    [200, '{"Response":"false","Error":"Movie not found!"}', "MovieNotFound", "Movie not found!"],
    [200, '{"Response":False,"Error":"Movie not found!"}', "MovieNotFound", "Movie not found!"],
    [200, ' { "Response" : "False" , "Error" : "Movie not found: "x"" } \n', "MovieNotFound", 'Movie not found: "x"'],
    [200, JSON.stringify({ ...movie, imdbID: "tt7654321" }), "DifferentMovieReturned", "tt7654321 for tt0111161"],
    [401, errorText("Invalid API key!"), "KeyRejected", "Invalid API key!"],
    [401, errorText("Request limit reached!"), "QuotaExhausted", "Request limit reached!"],
    [200, errorText("Error getting data."), "OmdbUnavailable", "Error getting data."],
    [200, errorText("Key not found in the cache."), "OmdbUnavailable", "Key not found in the cache."],
    [200, errorText("Something went wrong."), "OmdbUnavailable", "Something went wrong."],
    [200, errorText("Cache of the movie not found."), "OmdbUnavailable", "Cache of the movie not found."],
    [200, errorText("Failed conversion from string."), "OmdbUnavailable", "Failed conversion from string."],
    [200, '{"Response":"False","Error":"Syntax error near "x"."}', "OmdbUnavailable", 'Syntax error near "x".'],
    [200, errorText(`New\n&quot;error&quot; ${"x".repeat(280)}`), "OmdbUnavailable", `New "error" ${"x".repeat(280)}`],
    [200, "<html>", "OmdbUnavailable", "status 200 with a body that is not JSON"],
    [401, "<html>", "OmdbUnavailable", "status 401 with a body that is not JSON"],
    [403, "<html>", "OmdbUnavailable", "status 403 with a body that is not JSON"],
    [503, "<html>", "OmdbUnavailable", "status 503 with a body that is not JSON"],
    [200, `<p>${errorText("Movie not found!")}`, "OmdbUnavailable", "status 200 with a body that is not JSON"],
    [200, `${errorText("Movie not found!")}</p>`, "OmdbUnavailable", "status 200 with a body that is not JSON"],
    [200, '{"Response":"True"}', "OmdbUnavailable", 'malformed: Missing key at ["imdbID"]'],
    [500, '{"Response":"True"}', "OmdbUnavailable", "status 500 with JSON without an error text"]
  ] as const)("maps status %i with the body %j to %s", ([status, body, tag, detail]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parseReply(requested, { status, body }, unchanged))
      assert.strictEqual(error._tag, tag)
      assert.include(error.message, detail)
    })
  )

  it.effect("keeps the first 1,000 characters of an error text", () =>
    Effect.gen(function* () {
      const body = errorText("x".repeat(1_001))
      const error = yield* Effect.flip(parseReply(requested, { status: 200, body }, unchanged))
      assert.deepInclude(error, { detail: "x".repeat(1_000) })
    })
  )

  it.effect("recognizes a rejected key when the error text contains the key", () =>
    Effect.gen(function* () {
      const reply = { status: 401, body: errorText("Invalid API key!") }
      const error = yield* Effect.flip(parseReply(requested, reply, redacting("API key")))
      assert.strictEqual(error._tag, "KeyRejected")
      assert.notInclude(error.message.replace("rejects the API key", ""), "API key")
    })
  )

  it.effect("accepts a reply about the requested id in another spelling", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ ...movie, imdbID: "TT00111161 " })
      const details = yield* parseReply(requested, { status: 200, body }, unchanged)
      assert.deepStrictEqual([details.imdbId, details.raw["imdbID"]], [requested, "TT00111161 "])
    })
  )

  it.effect("redacts a key of digits in a number, and keeps other numbers, booleans and nulls as they are", () =>
    Effect.gen(function* () {
      const fields = { Metascore: 82, Rated: true, Error: null }
      const body = JSON.stringify({ ...movie, ...fields, BoxOffice: 12345678 })
      const { raw } = yield* parseReply(requested, { status: 200, body }, redacting("12345678"))
      assert.deepInclude(raw, { ...fields, BoxOffice: "<redacted>" })
    })
  )

  it.effect("leaves out a value that is nested 100,000 times", () =>
    Effect.gen(function* () {
      const nested = `${'[{"a":'.repeat(50_000)}1${"}]".repeat(50_000)}`
      const body = JSON.stringify({ ...movie, Plot: "NESTED" }).replace('"NESTED"', nested)
      const { title, plot } = yield* parseReply(requested, { status: 200, body }, unchanged)
      assert.deepStrictEqual([title, plot], [movie.Title, undefined])
    })
  )

  const key = 'ca"n\\ary-1f2e'
  it.effect.each([
    ["a text", { Website: `https://www.omdbapi.com/?apikey=${key}` }],
    ["a text with escapes of JSON", { Plot: "ESCAPED" }],
    ["a text with HTML entities", { Plot: `?apikey=${key.replace('"', "&quot;")}` }],
    ["a rating", { Ratings: [{ Source: key, Value: "70%" }] }],
    ["the title", { Title: key }]
  ] as const)("redacts a key in %s of a movie", ([, fields]) =>
    Effect.gen(function* () {
      const escaped = [...key]
        .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
        .join("")
      const body = JSON.stringify({ ...movie, ...fields }).replace("ESCAPED", escaped)
      const details = yield* parseReply(requested, { status: 200, body }, redacting(key))
      const texts: Array<unknown> = []
      JSON.stringify(details, (name, value) => texts.push(name, value) && value)
      assert.notInclude(texts.join(" "), key)
      assert.notInclude(texts.join(" "), "ary-1f2e")
      assert.include(texts.join(" "), "<redacted>")
    })
  )
})

describe("readJson", () => {
  it.each([
    ["an unknown escape", '{"Plot":"a\\s \\x41 \\u12"}', "a\\s \\x41 \\u12"],
    ["U+001F", '{"Plot":"a\u001Fb"}', "a\u001Fb"],
    ["a tab, a line feed and a NUL", '{"Plot":\t"a\tb\nc\u0000"}', "a\tb\nc\u0000"],
    ["valid escapes beside them", '{"Plot":"\t\\"\\\\\\n\\u00e9\\/"}', '\t"\\\né/']
  ])("reads a text with %s", (_, text, plot) => {
    assert.deepStrictEqual(readJson(text), Option.some({ Plot: plot }))
  })

  it.each([
    "",
    "<html>",
    '{"Plot":"a',
    '{"Plot":"a\\"}',
    '{"Plot":"a"\u001F}',
    '{"Plot":"a "quoted" text"}',
    '{"Plot":a\\s}',
    '{"Plot":"\ta",}'
  ])("returns none for %j, which has another fault", (text) => {
    assert.deepStrictEqual(readJson(text), Option.none())
  })

  it.each(['\\"', '"\\', "\u0000", '"', "[", '{"":'])("reads half a megabyte of %j in less than a second", (part) => {
    const start = performance.now()
    readJson(`"${part.repeat(500_000 / part.length)}`)
    assert.isBelow(performance.now() - start, 1_000)
  })
})

describe("boundedText", () => {
  const bytes = (text: string) => new TextEncoder().encode(text)

  it("decodes a character that is split between two chunks", () => {
    const { add, end } = boundedText("application/json", 11)
    const all = bytes("Léon, 🎬")
    for (const chunk of [all.slice(0, 2), all.slice(2, 8), all.slice(8)]) add(chunk)
    assert.deepStrictEqual(end(), Option.some("Léon, 🎬"))
  })

  it.each([
    ["text/json; charset=windows-1252", [0x4c, 0xe9, 0x6f, 0x6e]],
    ['text/json;charset="ISO-8859-1"; q=1', [0x4c, 0xe9, 0x6f, 0x6e]],
    ["text/json; charset=UTF-16LE", [0x4c, 0, 0xe9, 0, 0x6f, 0, 0x6e, 0]],
    ["text/json; charset = windows-1252", [0x4c, 0xe9, 0x6f, 0x6e]],
    ["text/json; charset=unknown", [0x4c, 0xc3, 0xa9, 0x6f, 0x6e]],
    ["text/json", [0xef, 0xbb, 0xbf, 0x4c, 0xc3, 0xa9, 0x6f, 0x6e]]
  ] as const)("decodes a body of the type %s", (contentType, all) => {
    const { add, end } = boundedText(contentType, 10)
    add(Uint8Array.from(all))
    assert.deepStrictEqual(end(), Option.some("Léon"))
  })

  it("refuses the chunk that is over the limit, and has no text", () => {
    const { add, end } = boundedText(undefined, 9)
    assert.deepStrictEqual(["12345", "67890"].map(bytes).map(add), [true, false])
    assert.deepStrictEqual(end(), Option.none())
  })
})
