import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { variable } from "../../../domain/variables.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"
import { Omdb, stopAfterRefusal } from "../../../services/omdb/Omdb.ts"
import { fakeAws } from "../../support/FakeAws.ts"
import { FakeMetrics } from "../../support/FakeMetrics.ts"
import { FakeSecrets } from "../../support/FakeSecrets.ts"
import {
  foundMovie,
  htmlPage,
  invalidKey,
  limitReached,
  noReply,
  refusal,
  replies,
  ScriptedOmdb,
  transportError,
  unavailable
} from "../../support/ScriptedOmdb.ts"
import { settings } from "../../support/settings.ts"

const asked = ImdbId.make("tt0111161")
const details = Omdb.use((omdb) => omdb.details(asked))

const layerOf = (http: ScriptedOmdb, secrets = new FakeSecrets("canary"), baseUrl = "https://omdb.example") =>
  Omdb.layerNoDeps.pipe(
    Layer.provide([http.layer, secrets.layer, new FakeMetrics().layer, settings({ [variable.omdbBaseUrl]: baseUrl })])
  )

/** Runs an effect to its end in test time, and tells how many seconds of it passed. */
const inTestTime = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.forkChild(Effect.zip(Effect.exit(self), Clock.currentTimeMillis))
    yield* TestClock.adjust("10 minutes")
    const [exit, end] = yield* Fiber.join(fiber)
    return { seconds: (end - start) / 1000, exit, result: yield* Effect.exit(exit) }
  })
const failureOf = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.flatMap(inTestTime(self), ({ exit, seconds }) =>
    Effect.map(Effect.flip(exit), (error) => ({ error, seconds }))
  )

describe("OMDb's answer", () => {
  it.effect("about the movie asked for is decoded, with OMDb's own strings kept", () => {
    const omdb = new ScriptedOmdb(foundMovie())
    return Effect.gen(function* () {
      const { imdbId, title, runtimeMinutes, raw } = yield* details
      assert.deepStrictEqual(
        { imdbId, title, runtimeMinutes },
        {
          imdbId: asked,
          title: "The Shawshank Redemption",
          runtimeMinutes: 142
        }
      )
      assert.strictEqual(raw["imdbVotes"], "3,120,594")
      assert.deepStrictEqual(omdb.urls.map(String), ["https://omdb.example/?apikey=canary&i=tt0111161"])
      assert.deepInclude(omdb.requests[0]?.headers, { "user-agent": "imdb-serverless-etl", accept: "application/json" })
    }).pipe(Effect.provide(layerOf(omdb)))
  })

  it.effect.each([
    ["https://omdb.example", "https://omdb.example/?apikey=canary&i=tt0111161"],
    ["http://127.0.0.1:4000/", "http://127.0.0.1:4000/?apikey=canary&i=tt0111161"],
    ["http://127.0.0.1:4000/omdb", "http://127.0.0.1:4000/omdb/?apikey=canary&i=tt0111161"]
  ])("is asked for below the base URL %s", ([baseUrl, url]) => {
    const omdb = new ScriptedOmdb(foundMovie())
    return Effect.gen(function* () {
      yield* details
      assert.deepStrictEqual(omdb.urls.map(String), [url])
    }).pipe(Effect.provide(layerOf(omdb, undefined, baseUrl)))
  })

  it.effect("about another movie is refused, with both ids", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(details)
      assert.deepInclude(error, { _tag: "DifferentMovieReturned", requested: asked, returned: "tt7654321" })
      assert.strictEqual(error.message, "OMDb returned tt7654321 for tt0111161")
    }).pipe(Effect.provide(layerOf(new ScriptedOmdb(foundMovie({ imdbID: "tt7654321" })))))
  )

  const unparsable = `{"Response":"False","Error":"Conversion from string "3896198a" to type 'Double' is not valid."}`
  it.effect.each([
    ["a rejected id", refusal(200, "Incorrect IMDb ID.")],
    ["a movie not found", refusal(200, "Movie not found!")],
    ["an id that OMDb cannot convert, in a body that is no JSON", replies(200, unparsable)]
  ] as const)("that tells of %s makes the movie unknown, and is not asked for again", ([, reply]) => {
    const omdb = new ScriptedOmdb(reply)
    return Effect.gen(function* () {
      const { error, seconds } = yield* failureOf(details)
      assert.deepInclude(error, { _tag: "MovieNotFound", imdbId: asked })
      assert.deepStrictEqual([omdb.urls.length, seconds], [1, 0])
    }).pipe(Effect.provide(layerOf(omdb)))
  })

  it.effect("that the day's limit is reached is never asked for again", () => {
    const omdb = new ScriptedOmdb(limitReached)
    return Effect.gen(function* () {
      const { error, seconds } = yield* failureOf(details)
      assert.strictEqual(error._tag, "QuotaExhausted")
      assert.deepStrictEqual([omdb.urls.length, seconds], [1, 0])
    }).pipe(Effect.provide(layerOf(omdb)))
  })

  it.effect.each([
    ["a 503 in HTML", htmlPage(503), "status 503 with a body that is not JSON"],
    ["Cloudflare's 522", htmlPage(522), "status 522 with a body that is not JSON"],
    ["Cloudflare's 524", htmlPage(524), "status 524 with a body that is not JSON"],
    ["a 403 in HTML", htmlPage(403), "status 403 with a body that is not JSON"],
    ["a 401 in HTML", htmlPage(401), "status 401 with a body that is not JSON"],
    ["a captcha with status 200", htmlPage(200), "status 200 with a body that is not JSON"],
    [
      "a body longer than any movie",
      foundMovie({ Plot: "a".repeat(1_000_000) }),
      "status 200 with more than 1000000 bytes"
    ],
    ["an empty body", replies(200, ""), "status 200 with a body that is not JSON"],
    ["a bare backslash", replies(200, '{"Title":"\\ "}'), "status 200 with a body that is not JSON"],
    ["a control character", replies(200, '{"Title":"\u0001"}'), "status 200 with a body that is not JSON"],
    ["JSON that is no movie", replies(200, '{"Response":"True"}'), "malformed: Missing key"],
    ["a movie without a title", foundMovie({ Title: "N/A" }), "malformed: "],
    ["a movie with status 500", replies(500, '{"Response":"True"}'), "status 500 with JSON without an error text"],
    ["the refusal that passes or stays", refusal(200, "Error getting data."), "Error getting data."],
    ["a refusal not known of", refusal(200, "Something went wrong."), "Something went wrong."],
    ["a broken connection", transportError(() => new TypeError("fetch failed")), "no response (TransportError)"]
  ] as const)("of the kind that may pass, as %s, is asked for four times in all", ([, reply, detail]) => {
    const omdb = new ScriptedOmdb(reply)
    return Effect.gen(function* () {
      const { error, seconds } = yield* failureOf(details)
      assert.strictEqual(error._tag, "OmdbUnavailable")
      assert.include(error.message, detail)
      assert.strictEqual(omdb.urls.length, 4)
      assert.isAtLeast(seconds, 0.8 * 3.5)
      assert.isAtMost(seconds, 1.2 * 3.5)
    }).pipe(Effect.provide(layerOf(omdb)))
  })

  it.effect("that is busy twice and then there costs a wait and nothing else", () =>
    Effect.gen(function* () {
      const { exit, seconds } = yield* inTestTime(details)
      assert.strictEqual((yield* exit).title, "The Shawshank Redemption")
      assert.isAtMost(seconds, 1.2 * 1.5)
    }).pipe(Effect.provide(layerOf(new ScriptedOmdb(unavailable, htmlPage(522), foundMovie()))))
  )

  it.effect("that does not come is waited for eight seconds a call", () => {
    const omdb = new ScriptedOmdb(noReply, foundMovie())
    return Effect.gen(function* () {
      const { exit, seconds } = yield* inTestTime(details)
      yield* exit
      assert.isAtLeast(seconds, 8 + 0.4)
      assert.isAtMost(seconds, 8 + 0.6)
    }).pipe(Effect.provide(layerOf(omdb)))
  })
})

describe("the time of the invocation", () => {
  const within = (seconds: number) => Effect.updateService(InvocationDeadline, () => seconds * 1000)

  it.effect("is never used up: the last call ends three seconds before, with what happened as the failure", () => {
    const omdb = new ScriptedOmdb(noReply)
    return Effect.gen(function* () {
      const { error, seconds } = yield* failureOf(details.pipe(within(20)))
      assert.strictEqual(error._tag, "OmdbUnavailable")
      assert.isAtMost(seconds, 17)
      assert.strictEqual(omdb.urls.length, 2)
    }).pipe(Effect.provide(layerOf(omdb)))
  })

  it.effect("is too short for another try when a busy answer comes late", () => {
    const omdb = new ScriptedOmdb(unavailable)
    return Effect.gen(function* () {
      const { error, seconds } = yield* failureOf(details.pipe(within(4.2)))
      assert.include(error.message, "status 503")
      assert.deepStrictEqual([omdb.urls.length, seconds], [1, 0])
    }).pipe(Effect.provide(layerOf(omdb)))
  })

  it.effect("being over, OMDb is not asked at all", () => {
    const omdb = new ScriptedOmdb(foundMovie())
    return Effect.gen(function* () {
      const { error } = yield* failureOf(details.pipe(within(3.5)))
      assert.deepInclude(error, { _tag: "OmdbUnavailable", detail: "no time left in the invocation for a call" })
      assert.strictEqual(omdb.urls.length, 0)
    }).pipe(Effect.provide(layerOf(omdb)))
  })
})

describe("a rejected key", () => {
  const keysIn = (omdb: ScriptedOmdb) => omdb.urls.map((url) => url.searchParams.get("apikey"))

  it.effect("is read afresh once, and the new one is used", () => {
    const omdb = new ScriptedOmdb(invalidKey, foundMovie())
    return Effect.gen(function* () {
      yield* details
      assert.deepStrictEqual(keysIn(omdb), ["old", "new"])
    }).pipe(Effect.provide(layerOf(omdb, new FakeSecrets("old", "new"))))
  })

  it.effect("ends the matter when the new one is rejected, too", () => {
    const omdb = new ScriptedOmdb(invalidKey)
    return Effect.gen(function* () {
      assert.strictEqual((yield* failureOf(details)).error._tag, "KeyRejected")
      assert.deepStrictEqual(keysIn(omdb), ["old", "new"])
    }).pipe(Effect.provide(layerOf(omdb, new FakeSecrets("old", "new", "newest"))))
  })

  it.effect("is not tried again when the secret has not changed", () => {
    const omdb = new ScriptedOmdb(refusal(401, "No API key provided."))
    const secrets = new FakeSecrets("same")
    return Effect.gen(function* () {
      const { error, seconds } = yield* failureOf(details)
      assert.strictEqual(error.message, "OMDb rejects the API key: No API key provided.")
      assert.deepStrictEqual([omdb.urls.length, secrets.readAfresh, seconds], [1, 1, 0])
    }).pipe(Effect.provide(layerOf(omdb, secrets)))
  })

  it.effect("whose successor has used up its quota fails as that", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* failureOf(details)).error._tag, "QuotaExhausted")
    }).pipe(Effect.provide(layerOf(new ScriptedOmdb(invalidKey, limitReached), new FakeSecrets("old", "new"))))
  )

  it.effect("that cannot be read is a failure of the secret, and OMDb is not asked", () => {
    const omdb = new ScriptedOmdb(foundMovie())
    const secrets = new FakeSecrets("x")
    secrets.unreadable = true
    return Effect.gen(function* () {
      assert.strictEqual((yield* failureOf(details)).error._tag, "SecretUnreadable")
      assert.strictEqual(omdb.urls.length, 0)
    }).pipe(Effect.provide(layerOf(omdb, secrets)))
  })
})

describe("an OMDb that was refused", () => {
  const other = ImdbId.make("tt0068646")

  it.effect.each([
    ["KeyRejected", invalidKey],
    ["QuotaExhausted", limitReached]
  ] as const)("with %s answers the same for every other movie, without a call", ([tag, reply]) => {
    const http = new ScriptedOmdb(foundMovie(), reply, foundMovie())
    return Effect.gen(function* () {
      const omdb = yield* Effect.flatMap(Omdb, stopAfterRefusal)
      yield* omdb.details(asked)
      const errors = [yield* Effect.flip(omdb.details(asked)), yield* Effect.flip(omdb.details(other))]
      assert.deepStrictEqual(
        errors.map(({ _tag }) => _tag),
        [tag, tag]
      )
      assert.strictEqual(http.urls.length, 2)
    }).pipe(Effect.provide(layerOf(http)))
  })

  it.effect("is asked on after a refusal of one movie", () =>
    Effect.gen(function* () {
      const omdb = yield* Effect.flatMap(Omdb, stopAfterRefusal)
      assert.strictEqual((yield* Effect.flip(omdb.details(asked)))._tag, "MovieNotFound")
      assert.strictEqual((yield* omdb.details(other)).imdbId, other)
    }).pipe(Effect.provide(layerOf(new ScriptedOmdb(refusal(200, "Incorrect IMDb ID."), foundMovie()))))
  )
})

describe("over the network", () => {
  const live = (baseUrl: string) =>
    Omdb.layerNoDeps.pipe(
      Layer.provide([
        FetchHttpClient.layer,
        new FakeSecrets("canary").layer,
        new FakeMetrics().layer,
        settings({ [variable.omdbBaseUrl]: baseUrl })
      ])
    )

  it.live("says who asks, for Cloudflare answers 403 to those who do not, and tells no trace to a third party", () =>
    Effect.gen(function* () {
      const server = yield* fakeAws({ body: JSON.stringify({ Response: "False", Error: "Incorrect IMDb ID." }) })
      yield* Effect.flip(details).pipe(Effect.provide(live(process.env["AWS_ENDPOINT_URL"] ?? "")))
      assert.deepStrictEqual(
        server.requests.map(({ method, path }) => `${method} ${path}`),
        ["GET /?apikey=canary&i=tt0111161"]
      )
      assert.strictEqual(server.requests[0]?.headers["user-agent"], "imdb-serverless-etl")
      assert.notProperty(server.requests[0]?.headers, "traceparent")
    })
  )

  it.live("says by its code why a server cannot be reached", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(details)
      assert.strictEqual(error.message, "OMDb gave no usable reply: no response (ECONNREFUSED)")
    }).pipe(
      // Time for one call and for no second.
      Effect.updateService(InvocationDeadline, () => Date.now() + Duration.toMillis("4300 millis")),
      Effect.provide(live("http://127.0.0.1:65535"))
    )
  )
})
