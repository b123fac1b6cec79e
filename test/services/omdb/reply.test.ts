import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { parseReply } from "../../../services/omdb/reply.ts"

const asked = ImdbId.make("tt0111161")
const without = (key: string) => (said: string) => said.replaceAll(key, "<redacted>")

describe("OMDb's answer", () => {
  it.effect("is a rejected key even where the key is a piece of the sentence that says so", () =>
    Effect.gen(function* () {
      const body = '{"Response":"False","Error":"Invalid API key!"}'
      const refusal = yield* Effect.flip(parseReply(asked, { status: 401, body }, without("API key")))
      assert.strictEqual(refusal._tag, "KeyRejected")
      assert.notInclude(refusal.message.replace("rejects the API key", ""), "API key")
    })
  )

  it.effect("about a movie is told on without the key that it quotes", () =>
    Effect.gen(function* () {
      const website = "https://www.omdbapi.com/?apikey=canary-1f2e"
      const body = JSON.stringify({ imdbID: asked, Title: "The Shawshank Redemption", Website: website })
      const details = yield* parseReply(asked, { status: 200, body }, without("canary-1f2e"))
      assert.strictEqual(details.title, "The Shawshank Redemption")
      assert.notInclude(JSON.stringify(details), "canary-1f2e")
    })
  )
})
