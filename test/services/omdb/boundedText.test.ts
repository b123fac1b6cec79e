import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import { boundedText } from "../../../services/omdb/boundedText.ts"

/** A body that comes in these pieces, and how many of them were taken. */
const bodyOf = (...pieces: ReadonlyArray<Uint8Array>) => {
  let taken = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const piece = pieces[taken]
        if (piece === undefined) return controller.close()
        taken += 1
        controller.enqueue(piece)
      }
    },
    { highWaterMark: 0 }
  )
  const response = HttpClientResponse.fromWeb(HttpClientRequest.get("https://omdb.example"), new Response(body))
  return { response, taken: () => taken }
}
const bytes = (text: string) => new TextEncoder().encode(text)

describe("a bounded body", () => {
  it.effect("is its text, with characters that two pieces share", () =>
    Effect.gen(function* () {
      const whole = bytes("Léon, 🎬")
      const { response } = bodyOf(whole.slice(0, 2), whole.slice(2, 8), whole.slice(8))
      assert.deepStrictEqual(yield* boundedText(response, 11), Option.some("Léon, 🎬"))
    })
  )

  it.effect("that is longer is none, and what follows is not read", () =>
    Effect.gen(function* () {
      const { response, taken } = bodyOf(bytes("12345"), bytes("67890"), bytes("1"), bytes("2"))
      assert.deepStrictEqual(yield* boundedText(response, 9), Option.none())
      assert.strictEqual(taken(), 2)
    })
  )
})
