import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { ImdbId } from "../../domain/ImdbId.ts"

const isImdbId = Schema.is(ImdbId)

describe("ImdbId", () => {
  it.each(["tt0111161", "tt10872600"])("accepts %s, of seven or eight digits", (id) => {
    assert.isTrue(isImdbId(id))
  })

  it.each([
    "",
    "0111161",
    "tt011116",
    "tt011116100",
    "TT0111161",
    "tt0111161\n",
    " tt0111161",
    "tt01111６1",
    "nm0111161"
  ])("rejects %j", (id) => {
    assert.isFalse(isImdbId(id))
  })
})
