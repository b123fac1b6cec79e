import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { boundedText } from "../../../services/omdb/boundedText.ts"
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
    [200, conversion, "MovieNotFound", "Conversion from string"],
    [200, JSON.stringify({ ...movie, imdbID: "tt7654321" }), "DifferentMovieReturned", "tt7654321 for tt0111161"],
    [401, errorText("Invalid API key!"), "KeyRejected", "Invalid API key!"],
    [401, errorText("Request limit reached!"), "QuotaExhausted", "Request limit reached!"],
    [200, errorText("Error getting data."), "OmdbUnavailable", "Error getting data."],
    [200, errorText("Something went wrong."), "OmdbUnavailable", "Something went wrong."],
    [200, "<html>", "OmdbUnavailable", "status 200 with a body that is not JSON"],
    [401, "<html>", "OmdbUnavailable", "status 401 with a body that is not JSON"],
    [403, "<html>", "OmdbUnavailable", "status 403 with a body that is not JSON"],
    [503, "<html>", "OmdbUnavailable", "status 503 with a body that is not JSON"],
    [200, '{"Title":"\\ "}', "OmdbUnavailable", "status 200 with a body that is not JSON"],
    [200, '{"Title":"\u0001"}', "OmdbUnavailable", "status 200 with a body that is not JSON"],
    [200, '{"Response":"True"}', "OmdbUnavailable", "malformed: Missing key"],
    [200, JSON.stringify({ ...movie, Title: "N/A" }), "OmdbUnavailable", "malformed: "],
    [500, '{"Response":"True"}', "OmdbUnavailable", "status 500 with JSON without an error text"]
  ] as const)("maps status %i with the body %j to %s", ([status, body, tag, detail]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parseReply(requested, { status, body }, unchanged))
      assert.strictEqual(error._tag, tag)
      assert.include(error.message, detail)
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

  it.effect("redacts a key that a movie quotes", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({ ...movie, Website: "https://www.omdbapi.com/?apikey=canary-1f2e" })
      const details = yield* parseReply(requested, { status: 200, body }, redacting("canary-1f2e"))
      assert.strictEqual(details.title, "The Shawshank Redemption")
      assert.notInclude(JSON.stringify(details), "canary-1f2e")
    })
  )
})

describe("boundedText", () => {
  /** A response whose body comes in these chunks, and the number of chunks that were read. */
  const responseOf = (...chunks: ReadonlyArray<Uint8Array>) => {
    let read = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          const chunk = chunks[read]
          if (chunk === undefined) return controller.close()
          read += 1
          controller.enqueue(chunk)
        }
      },
      { highWaterMark: 0 }
    )
    const response = HttpClientResponse.fromWeb(HttpClientRequest.get("https://omdb.example"), new Response(body))
    return { response, read: () => read }
  }
  const bytes = (text: string) => new TextEncoder().encode(text)

  it.effect("decodes a character that is split between two chunks", () =>
    Effect.gen(function* () {
      const all = bytes("Léon, 🎬")
      const { response } = responseOf(all.slice(0, 2), all.slice(2, 8), all.slice(8))
      assert.deepStrictEqual(yield* boundedText(response, 11), Option.some("Léon, 🎬"))
    })
  )

  it.effect("returns none for a body over the limit, and stops reading", () =>
    Effect.gen(function* () {
      const { response, read } = responseOf(bytes("12345"), bytes("67890"), bytes("1"), bytes("2"))
      assert.deepStrictEqual(yield* boundedText(response, 9), Option.none())
      assert.strictEqual(read(), 2)
    })
  )
})
