import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"
import { Omdb, stopAfterRefusal } from "../../../services/omdb/Omdb.ts"
import { fakeAws } from "../../support/FakeAws.ts"
import {
  foundMovie,
  htmlPage,
  invalidKey,
  limitReached,
  noReply,
  refusal,
  ScriptedOmdb,
  transportError,
  unavailable,
  unknownId
} from "../../support/ScriptedOmdb.ts"
import { details, omdbStage, requested, timed, timedFailure } from "./omdbStage.ts"

const keysOf = (http: ScriptedOmdb) => http.urls.map((url) => url.searchParams.get("apikey"))
const deadlineIn = (seconds: number) => Effect.updateService(InvocationDeadline, () => seconds * 1000)

describe("Omdb.details", () => {
  it.effect.each([
    ["https://omdb.example", "https://omdb.example/?apikey=canary&i=tt0111161"],
    ["http://127.0.0.1:4000/", "http://127.0.0.1:4000/?apikey=canary&i=tt0111161"],
    ["http://127.0.0.1:4000/omdb", "http://127.0.0.1:4000/omdb/?apikey=canary&i=tt0111161"]
  ] as const)("requests the movie by id with the base URL %s and returns its details", ([baseUrl, url]) => {
    const http = new ScriptedOmdb(foundMovie())
    return Effect.gen(function* () {
      const { imdbId, title } = yield* details
      assert.deepStrictEqual([imdbId, title], [requested, "The Shawshank Redemption"])
      assert.deepStrictEqual(http.urls.map(String), [url])
    }).pipe(Effect.provide(omdbStage(http.layer, { baseUrl }).layer))
  })

  it.effect.each([
    ["MovieNotFound", unknownId],
    ["QuotaExhausted", limitReached]
  ] as const)("fails with %s without a retry", ([tag, reply]) => {
    const http = new ScriptedOmdb(reply)
    return Effect.gen(function* () {
      const { error, seconds } = yield* timedFailure(details)
      assert.deepStrictEqual([error._tag, http.urls.length, seconds], [tag, 1, 0])
    }).pipe(Effect.provide(omdbStage(http.layer).layer))
  })

  it.effect.each([
    ["a 503", unavailable, "status 503 with a body that is not JSON"],
    ["a body over 1 MB", foundMovie({ Plot: "a".repeat(1_000_000) }), "status 200 with more than 1000000 bytes"],
    ["a broken connection", transportError(() => new TypeError("fetch failed")), "no response (TransportError)"]
  ] as const)("fails with OmdbUnavailable after three retries of %s in about 3.5 seconds", ([, reply, detail]) => {
    const http = new ScriptedOmdb(reply)
    return Effect.gen(function* () {
      const { error, seconds } = yield* timedFailure(details)
      assert.strictEqual(error._tag, "OmdbUnavailable")
      assert.include(error.message, detail)
      assert.strictEqual(http.urls.length, 4)
      assert.isAtLeast(seconds, 0.8 * 3.5)
      assert.isAtMost(seconds, 1.2 * 3.5 + 0.2)
    }).pipe(Effect.provide(omdbStage(http.layer).layer))
  })

  it.effect("retries a 503 and a 522 and returns the movie", () =>
    Effect.gen(function* () {
      const { exit, seconds } = yield* timed(details)
      assert.strictEqual((yield* exit).title, "The Shawshank Redemption")
      assert.isAtMost(seconds, 1.2 * 1.5 + 0.1)
    }).pipe(Effect.provide(omdbStage(new ScriptedOmdb(unavailable, htmlPage(522), foundMovie()).layer).layer))
  )

  it.effect("retries a call without a response after eight seconds", () =>
    Effect.gen(function* () {
      const { exit, seconds } = yield* timed(details)
      yield* exit
      assert.isAtLeast(seconds, 8 + 0.4)
      assert.isAtMost(seconds, 8 + 0.65)
    }).pipe(Effect.provide(omdbStage(new ScriptedOmdb(noReply, foundMovie()).layer).layer))
  )

  it.effect.each([
    ["makes its last call end three seconds before the deadline", 20, noReply, 2, "no response within"],
    ["does not retry when the time left is too short for another call", 4.2, unavailable, 1, "status 503"],
    ["makes no call when the time left is too short for one", 3.5, foundMovie(), 0, "no time left in the invocation"]
  ] as const)("%s", ([, deadline, reply, calls, detail]) => {
    const http = new ScriptedOmdb(reply)
    return Effect.gen(function* () {
      const { error, seconds } = yield* timedFailure(details.pipe(deadlineIn(deadline)))
      assert.strictEqual(error._tag, "OmdbUnavailable")
      assert.include(error.message, detail)
      assert.isAtMost(seconds, deadline - 3)
      assert.strictEqual(http.urls.length, calls)
    }).pipe(Effect.provide(omdbStage(http.layer).layer))
  })

  it.effect("reads the secret again after a rejected key and uses the new key", () => {
    const http = new ScriptedOmdb(invalidKey, foundMovie())
    return Effect.gen(function* () {
      yield* details
      assert.deepStrictEqual(keysOf(http), ["old", "new"])
    }).pipe(Effect.provide(omdbStage(http.layer, { keys: ["old", "new"] }).layer))
  })

  it.effect.each([
    ["KeyRejected", invalidKey],
    ["QuotaExhausted", limitReached]
  ] as const)("fails with %s when the new key is refused too", ([tag, reply]) => {
    const http = new ScriptedOmdb(invalidKey, reply)
    return Effect.gen(function* () {
      assert.strictEqual((yield* timedFailure(details)).error._tag, tag)
      assert.deepStrictEqual(keysOf(http), ["old", "new"])
    }).pipe(Effect.provide(omdbStage(http.layer, { keys: ["old", "new", "newest"] }).layer))
  })

  it.effect("fails with KeyRejected without a second call when the secret has not changed", () => {
    const http = new ScriptedOmdb(refusal(401, "No API key provided."))
    const { layer, secretReads } = omdbStage(http.layer)
    return Effect.gen(function* () {
      const { error, seconds } = yield* timedFailure(details)
      assert.strictEqual(error.message, "OMDb rejects the API key: No API key provided.")
      assert.deepStrictEqual([http.urls.length, secretReads(), seconds], [1, 2, 0])
    }).pipe(Effect.provide(layer))
  })

  it.effect("makes no call when the secret cannot be read", () => {
    const http = new ScriptedOmdb(foundMovie())
    return Effect.gen(function* () {
      assert.strictEqual((yield* timedFailure(details)).error._tag, "SecretUnreadable")
      assert.strictEqual(http.urls.length, 0)
    }).pipe(Effect.provide(omdbStage(http.layer, { keys: [""] }).layer))
  })
})

describe("stopAfterRefusal", () => {
  const other = ImdbId.make("tt0068646")

  it.effect.each([
    ["KeyRejected", invalidKey],
    ["QuotaExhausted", limitReached]
  ] as const)("fails every movie with %s after the first one, without another call", ([tag, reply]) => {
    const http = new ScriptedOmdb(foundMovie(), reply, foundMovie())
    return Effect.gen(function* () {
      const omdb = yield* Effect.flatMap(Omdb, stopAfterRefusal)
      yield* omdb.details(requested)
      const errors = [yield* Effect.flip(omdb.details(requested)), yield* Effect.flip(omdb.details(other))]
      assert.deepStrictEqual(
        errors.map(({ _tag }) => _tag),
        [tag, tag]
      )
      assert.strictEqual(http.urls.length, 2)
    }).pipe(Effect.provide(omdbStage(http.layer).layer))
  })

  it.effect("goes on after a movie that is not found", () =>
    Effect.gen(function* () {
      const omdb = yield* Effect.flatMap(Omdb, stopAfterRefusal)
      assert.strictEqual((yield* Effect.flip(omdb.details(requested)))._tag, "MovieNotFound")
      assert.strictEqual((yield* omdb.details(other)).imdbId, other)
    }).pipe(Effect.provide(omdbStage(new ScriptedOmdb(unknownId, foundMovie()).layer).layer))
  )
})

describe("Omdb over HTTP", () => {
  // Cloudflare replies 403 to a request without a user agent.
  it.live("sends a GET with its user agent and without trace headers", () =>
    Effect.gen(function* () {
      const server = yield* fakeAws({ body: JSON.stringify({ Response: "False", Error: "Incorrect IMDb ID." }) })
      const { layer } = omdbStage(FetchHttpClient.layer, { baseUrl: process.env["AWS_ENDPOINT_URL"] ?? "" })
      yield* Effect.flip(details).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        server.requests.map(({ method, path }) => `${method} ${path}`),
        ["GET /?apikey=canary&i=tt0111161"]
      )
      assert.deepInclude(server.requests[0]?.headers, {
        "user-agent": "imdb-serverless-etl",
        accept: "application/json"
      })
      assert.notProperty(server.requests[0]?.headers, "traceparent")
    })
  )

  it.live("names the error code when the server cannot be reached", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(details)
      assert.strictEqual(error.message, "OMDb gave no usable reply: no response (ECONNREFUSED)")
    }).pipe(
      // The time is enough for one call and too short for a retry.
      Effect.updateService(InvocationDeadline, () => Date.now() + Duration.toMillis("4300 millis")),
      Effect.provide(omdbStage(FetchHttpClient.layer, { baseUrl: "http://127.0.0.1:65535" }).layer)
    )
  )
})
