import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { ExportsQueueMessage, MoviesQueueMessage } from "../../domain/Messages.ts"
import { rosterCreatedAt, runDate } from "../support/exampleRun.ts"

const exportRequest = { version: 1, type: "export", runDate }
const movie = {
  ...{ version: 1, type: "movie", runDate, rosterCreatedAt, total: 10 },
  movie: { imdbId: "tt0111161", rank: 1, title: "The Shawshank Redemption" }
}
const outcome = { version: 1, type: "movie", runDate, imdbId: "tt0111161", outcome: "enriched" }

describe("MoviesQueueMessage", () => {
  const isMessage = Schema.is(MoviesQueueMessage)

  it.each([exportRequest, movie, { ...movie, refresh: true }])("accepts %j", (message) => {
    assert.isTrue(isMessage(message))
  })

  it.each([
    ["of another version", { ...movie, version: 2 }],
    ["of another type", { ...exportRequest, type: "load" }],
    ["without the roster's time", { ...movie, rosterCreatedAt: undefined }],
    ["without a movie", { ...movie, movie: undefined }],
    ["with an export request of no day", { ...exportRequest, runDate: "2026-02-30" }],
    ["about the outcome of a movie", outcome]
  ])("rejects a message %s", (_, message) => {
    assert.isFalse(isMessage(message))
  })
})

describe("ExportsQueueMessage", () => {
  const isMessage = Schema.is(ExportsQueueMessage)

  it.each([exportRequest, outcome, { ...outcome, outcome: "gap" }])("accepts %j", (message) => {
    assert.isTrue(isMessage(message))
  })

  it.each([
    ["without an id", { ...outcome, imdbId: undefined }],
    ["with another outcome", { ...outcome, outcome: "lost" }],
    ["with a movie to enrich", movie]
  ])("rejects a message %s", (_, message) => {
    assert.isFalse(isMessage(message))
  })
})
