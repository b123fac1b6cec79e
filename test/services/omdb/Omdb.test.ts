import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { ImdbId } from "../../../domain/ImdbId.ts"
import { InvocationDeadline } from "../../../services/InvocationDeadline.ts"
import { HttpGet } from "../../../services/omdb/HttpGet.ts"
import { Omdb, stopAfterRefusal } from "../../../services/omdb/Omdb.ts"
import { fakeAws } from "../../support/FakeAws.ts"
import {
  foundMovie,
  htmlPage,
  invalidKey,
  limitReached,
  noReply,
  type Reply,
  refusal,
  replies,
  transportError,
  unavailable,
  unknownId
} from "../../support/ScriptedOmdb.ts"
import { details, omdbStage, requested, withReplies } from "./omdbStage.ts"

const call = (replies: ReadonlyArray<Reply>, options?: Parameters<typeof withReplies>[2]) =>
  withReplies(replies, details, options)
/** The same for a call that fails. */
const failingCall = (replies: ReadonlyArray<Reply>, options?: Parameters<typeof withReplies>[2]) =>
  Effect.flatMap(call(replies, options), ({ exit, ...others }) =>
    Effect.map(Effect.flip(exit), (error) => ({ error, ...others }))
  )

describe("Omdb.details", () => {
  it.effect.each([
    ["https://omdb.example", "https://omdb.example/?apikey=canary&i=tt0111161"],
    ["http://127.0.0.1:4000/", "http://127.0.0.1:4000/?apikey=canary&i=tt0111161"],
    ["http://127.0.0.1:4000/omdb", "http://127.0.0.1:4000/omdb/?apikey=canary&i=tt0111161"]
  ] as const)("requests the movie by id with the base URL %s and returns its details", ([baseUrl, url]) =>
    Effect.gen(function* () {
      const { exit, urls } = yield* call([foundMovie()], { baseUrl })
      const { imdbId, title } = yield* exit
      assert.deepStrictEqual([imdbId, title], [requested, "The Shawshank Redemption"])
      assert.deepStrictEqual(urls.map(String), [url])
    })
  )

  it.effect.each([
    ["MovieNotFound", unknownId],
    ["QuotaExhausted", limitReached]
  ] as const)("fails with %s without a retry", ([tag, reply]) =>
    Effect.gen(function* () {
      const { error, urls, seconds } = yield* failingCall([reply])
      assert.deepStrictEqual([error._tag, urls.length, seconds], [tag, 1, 0])
    })
  )

  const key = "ca'n\"a\\ry/7f3a"
  it.effect.each([
    ["as it is", refusal(200, `Bad key ${key}`)],
    ["in a URL", refusal(200, `Bad key ${encodeURIComponent(key)}`)],
    ["in the query that was sent", (request, url) => refusal(200, `Bad key ${url.search}`)(request, url)],
    ["with escapes of JSON", refusal(200, `Bad key ${JSON.stringify(key)}`)],
    ["in JSON that is not escaped", replies(200, `{"Response":"False","Error":"Bad key "${key}""}`)]
  ] satisfies ReadonlyArray<[string, Reply]>)("redacts the key in an error that quotes it %s", ([, reply]) =>
    Effect.gen(function* () {
      const { error } = yield* failingCall([reply], { keys: [key] })
      assert.include(error.message, "Bad key ")
      assert.include(error.message, "<redacted>")
      assert.notInclude(error.message, "7f3a")
    })
  )

  it.effect.each([
    ["a 503", unavailable, "status 503 with a body that is not JSON"],
    ["a body over 1 MB", foundMovie({ Plot: "a".repeat(1_000_000) }), "status 200 with more than 1000000 bytes"],
    ["a broken connection", transportError(() => new TypeError("fetch failed")), "no response (no error code)"]
  ] as const)("fails with OmdbUnavailable after three calls with %s in about 1.5 seconds", ([, reply, detail]) =>
    Effect.gen(function* () {
      const { error, urls, seconds } = yield* failingCall([reply])
      assert.strictEqual(error._tag, "OmdbUnavailable")
      assert.include(error.message, detail)
      assert.strictEqual(urls.length, 3)
      assert.isAtLeast(seconds, 0.8 * 1.5)
      assert.isAtMost(seconds, 1.2 * 1.5 + 0.2)
    })
  )

  it.effect("makes one call when one is allowed", () =>
    Effect.gen(function* () {
      const { exit, urls } = yield* withReplies(
        [unavailable],
        Omdb.use((omdb) => omdb.details(requested, { maxCalls: 1 }))
      )
      assert.strictEqual((yield* Effect.flip(exit))._tag, "OmdbUnavailable")
      assert.strictEqual(urls.length, 1)
    })
  )

  it.effect("retries a 503 and a 522 and returns the movie", () =>
    Effect.gen(function* () {
      const { exit, seconds } = yield* call([unavailable, htmlPage(522), foundMovie()])
      assert.strictEqual((yield* exit).title, "The Shawshank Redemption")
      assert.isAtMost(seconds, 1.2 * 1.5 + 0.1)
    })
  )

  it.effect("retries a call without a response after seven seconds", () =>
    Effect.gen(function* () {
      const { exit, seconds } = yield* call([noReply, foundMovie()])
      yield* exit
      assert.isAtLeast(seconds, 7 + 0.4)
      assert.isAtMost(seconds, 7 + 0.65)
    })
  )

  it.effect.each([
    ["makes its last call end three seconds before the deadline", 15, noReply, 2, "no response within"],
    ["does not retry when the time left is too short for another call", 4.2, unavailable, 1, "status 503"],
    ["makes no call when the time left is too short for one", 3.5, foundMovie(), 0, "no time left in the invocation"]
  ] as const)("%s", ([, deadline, reply, calls, detail]) =>
    Effect.gen(function* () {
      const { error, urls, seconds } = yield* failingCall([reply])
      assert.strictEqual(error._tag, "OmdbUnavailable")
      assert.include(error.message, detail)
      assert.isAtMost(seconds, deadline - 3)
      assert.strictEqual(urls.length, calls)
    }).pipe(Effect.provideService(InvocationDeadline, deadline * 1000))
  )

  it.effect("reads the secret again after a rejected key and uses the new key", () =>
    Effect.gen(function* () {
      const { exit, keysSent } = yield* call([invalidKey, foundMovie()], { keys: ["old", "new"] })
      yield* exit
      assert.deepStrictEqual(keysSent, ["old", "new"])
    })
  )

  it.effect.each([
    ["KeyRejected", invalidKey],
    ["QuotaExhausted", limitReached]
  ] as const)("fails with %s when the new key is refused too", ([tag, reply]) =>
    Effect.gen(function* () {
      const { error, keysSent } = yield* failingCall([invalidKey, reply], { keys: ["old", "new", "newest"] })
      assert.deepStrictEqual([error._tag, keysSent], [tag, ["old", "new"]])
    })
  )

  it.effect("fails with KeyRejected without a second call when the secret has not changed", () =>
    Effect.gen(function* () {
      const { error, urls, secretReads, seconds } = yield* failingCall([refusal(401, "No API key provided.")])
      assert.strictEqual(error.message, "OMDb rejects the API key: No API key provided.")
      assert.deepStrictEqual([urls.length, secretReads, seconds], [1, 2, 0])
    })
  )

  it.effect("fails with KeyRejected when the secret cannot be read again", () =>
    Effect.gen(function* () {
      const { error, urls } = yield* failingCall([invalidKey, foundMovie()], { keys: ["canary", ""] })
      assert.deepStrictEqual([error._tag, urls.length], ["KeyRejected", 1])
    })
  )

  it.effect("makes no call when the secret cannot be read", () =>
    Effect.gen(function* () {
      const { error, urls } = yield* failingCall([foundMovie()], { keys: [""] })
      assert.deepStrictEqual([error._tag, urls.length], ["SecretUnreadable", 0])
    })
  )
})

describe("stopAfterRefusal", () => {
  const other = ImdbId.make("tt0068646")
  /** Details of three movies, one after the other. */
  const threeMovies = Effect.gen(function* () {
    const omdb = yield* Effect.flatMap(Omdb, stopAfterRefusal)
    return yield* Effect.forEach([requested, requested, other], (id) =>
      Effect.result(omdb.details(id, { maxCalls: 3 }))
    )
  })
  const tags = Arr.map(Result.match({ onFailure: ({ _tag }: { _tag: string }) => _tag, onSuccess: () => "found" }))

  it.effect.each([
    ["fails every movie after a rejected key without another call", invalidKey, 2, ["KeyRejected", "KeyRejected"]],
    [
      "fails every movie after a reached limit without another call",
      limitReached,
      2,
      ["QuotaExhausted", "QuotaExhausted"]
    ],
    ["goes on after a movie that is not found", unknownId, 3, ["MovieNotFound", "found"]]
  ] as const)("%s", ([, reply, calls, outcomes]) =>
    Effect.gen(function* () {
      const { exit, urls } = yield* withReplies([foundMovie(), reply, foundMovie()], threeMovies)
      assert.deepStrictEqual([tags(yield* exit), urls.length], [["found", ...outcomes], calls])
    })
  )
})

describe("Omdb over HTTP", () => {
  // Cloudflare replies 403 to a request without a user agent.
  it.live("sends a GET with its user agent and without trace headers", () =>
    Effect.gen(function* () {
      const server = yield* fakeAws({ body: JSON.stringify({ Response: "False", Error: "Incorrect IMDb ID." }) })
      const { layer } = omdbStage(HttpGet.layer, { baseUrl: process.env["AWS_ENDPOINT_URL"] ?? "" })
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

  it.live("does not follow a redirect, which would send the key to another host", () =>
    Effect.gen(function* () {
      const location = `${process.env["AWS_ENDPOINT_URL"]}/elsewhere`
      const server = yield* fakeAws({ status: 302, headers: { location } }, { body: "{}" })
      const { layer } = omdbStage(HttpGet.layer, { baseUrl: process.env["AWS_ENDPOINT_URL"] ?? "" })
      const error = yield* Effect.flip(details).pipe(Effect.provide(layer))
      assert.include(error.message, "status 302")
      assert.isTrue(server.requests.every(({ path }) => !path.includes("elsewhere")))
    }).pipe(Effect.updateService(InvocationDeadline, () => Date.now() + Duration.toMillis("4300 millis")))
  )

  it.live("names the error code when the server cannot be reached", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(details)
      assert.strictEqual(error.message, "OMDb gave no usable reply: no response (ECONNREFUSED)")
    }).pipe(
      // The time is enough for one call and too short for a retry.
      Effect.updateService(InvocationDeadline, () => Date.now() + Duration.toMillis("4300 millis")),
      Effect.provide(omdbStage(HttpGet.layer, { baseUrl: "http://127.0.0.1:65535" }).layer)
    )
  )
})
