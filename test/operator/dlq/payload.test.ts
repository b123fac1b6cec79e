import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { checkPayload, formatPayload } from "../../../operator/dlq/payload.ts"

const exportRequest = { version: 1, type: "export", runDate: "2026-11-21" }
const outcome = { ...exportRequest, type: "movie", imdbId: "tt0111161", outcome: "gap" }
const movie = {
  ...exportRequest,
  type: "movie",
  rosterCreatedAt: "2026-11-21T06:00:00.000Z",
  total: 10,
  movie: { imdbId: "tt0111161", rank: 1, title: "The Shawshank Redemption" }
}
const notificationOf = (key: string) => ({
  Records: [
    { eventName: "ObjectCreated:Put", s3: { bucket: { name: "movies" }, object: { key, sequencer: "0A", size: 1 } } }
  ]
})
const csv = "csv/run_date%3D2026-11-21/movies.csv"

describe("checkPayload", () => {
  it.effect.each([
    ["movies", movie, {}],
    ["movies", exportRequest, {}],
    ["exports", outcome, { groupId: "2026-11-21" }],
    ["loads", notificationOf(csv), {}],
    ["reports", notificationOf("runs/run_date%3D2026-11-21/manifest.json"), {}],
    ["failed-runs", { runDate: "2026-11-21", top: 25, refresh: true }, {}],
    ["daily", { scheduledTime: "2026-11-21T06:00:00Z" }, {}]
  ] as const)("accepts for %s, on one line: %j", ([queue, payload, more]) =>
    Effect.gen(function* () {
      const text = JSON.stringify(payload)
      assert.deepStrictEqual(yield* checkPayload(queue, formatPayload(text)), { text, ...more })
    })
  )

  it.effect.each([
    ["movies", "{", "it is not JSON"],
    ["movies", {}, /^Expected .*"movie", .*"export"/],
    ["movies", { ...movie, movie: { ...movie.movie, rank: "1" } }, 'Expected number at ["movie"]["rank"]'],
    ["movies", { ...exportRequest, runDate: "2026-02-30" }, 'Expected a day of the calendar at ["runDate"]'],
    ["movies", { ...exportRequest, rundate: "2026-11-21" }, 'there is no field "rundate"'],
    ["exports", { ...outcome, outcome: "lost" }, 'Expected "enriched" | "gap" at ["outcome"]'],
    ["loads", notificationOf("csv/other.csv"), "csv/other.csv is not the key of a CSV"],
    ["reports", notificationOf(csv), "csv/run_date=2026-11-21/movies.csv is not the key of a manifest"],
    ["loads", { Records: [] }, 'Missing key at ["Records"][0]'],
    ["daily", { top: 3 }, "it has neither runDate nor scheduledTime"],
    ["failed-runs", { runDate: "2026-11-21", topp: 3 }, 'there is no field "topp"']
  ] as const)("refuses for %s: %j", ([queue, payload, reason]) =>
    Effect.gen(function* () {
      const text = typeof payload === "string" ? payload : JSON.stringify(payload)
      const refused = yield* Effect.flip(checkPayload(queue, text))
      assert.strictEqual(refused.message, `The payload is not valid for ${queue}: ${refused.reason}`)
      if (typeof reason === "string") assert.strictEqual(refused.reason, reason)
      else assert.match(refused.reason, reason)
    })
  )

  it.effect("keeps the escapes of characters that SQS refuses, in the text to edit too", () =>
    Effect.gen(function* () {
      const text = JSON.stringify(movie).replace("The ", "The \\uffff")
      assert.strictEqual((yield* checkPayload("movies", formatPayload(text))).text, text)
    })
  )
})
