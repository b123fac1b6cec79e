import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Secrets } from "../../services/Secrets.ts"
import { type AwsReply, fakeAws, jsonError, jsonReply } from "../support/FakeAws.ts"
import { settings } from "../support/settings.ts"

const secret = (SecretString?: string): AwsReply => jsonReply({ Name: "the-secret", SecretString })
const denied = jsonError("AccessDeniedException", "not yours")
const layer = Secrets.layer.pipe(Layer.provide(settings()))
const key = Secrets.use(({ omdbApiKey }) => omdbApiKey).pipe(Effect.map(Redacted.value))
const keyAfterRejectionOf = (rejected: string) =>
  Secrets.use(({ omdbApiKeyAfterRejection }) => omdbApiKeyAfterRejection(Redacted.make(rejected))).pipe(
    Effect.map(Redacted.value)
  )

describe("Secrets.omdbApiKey", () => {
  it.effect("reads the secret once in five minutes, without the line end after the key", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("first\n"), secret("second"))
      assert.strictEqual(yield* key, "first")
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual(yield* key, "first")
      assert.strictEqual(aws.requests.length, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* key, "second")
      assert.deepStrictEqual(JSON.parse(aws.requests[0]?.body ?? ""), { SecretId: "the-secret" })
    }).pipe(Effect.provide(layer))
  )

  it.effect("reads the secret once for concurrent callers", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("one"), secret("two"))
      const keys = yield* Effect.all([key, key, key, key], { concurrency: "unbounded" })
      assert.deepStrictEqual([keys, aws.requests.length], [["one", "one", "one", "one"], 1])
    }).pipe(Effect.provide(layer))
  )

  it.effect("reads again at once after a failure, which is not cached", () =>
    Effect.gen(function* () {
      yield* fakeAws(denied, secret("present"))
      const error = yield* Effect.flip(key)
      assert.strictEqual(error._tag, "SecretUnreadable")
      assert.strictEqual(error.message, "Cannot read the secret the-secret: AccessDeniedException: not yours")
      assert.strictEqual(yield* key, "present")
    }).pipe(Effect.provide(layer))
  )

  it.effect("fails with how to store the key when the secret has no text or another form, without showing it", () =>
    Effect.gen(function* () {
      yield* fakeAws(secret(), secret('{"apikey":"canary"}'))
      assert.include((yield* Effect.flip(key)).message, "it is empty, but must be the OMDb key alone")
      assert.strictEqual(
        (yield* Effect.flip(key)).message,
        "Cannot read the secret the-secret: it is JSON, but must be the OMDb key alone. " +
          "Store it with: pulumi config set --secret omdbApiKey, then deploy"
      )
    }).pipe(Effect.provide(layer))
  )
})

describe("Secrets.omdbApiKeyAfterRejection", () => {
  it.effect("reads the secret again, and omdbApiKey returns the new key from then on", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("old"), secret("new"))
      assert.deepStrictEqual([yield* key, yield* keyAfterRejectionOf("old"), yield* key], ["old", "new", "new"])
      assert.strictEqual(aws.requests.length, 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect("reads once for all callers whose key was rejected within ten seconds", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("old"), secret("new"), secret("newer"))
      yield* key
      const next = keyAfterRejectionOf("old")
      const keys = yield* Effect.all([next, next, next], { concurrency: "unbounded" })
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual([...keys, yield* next], ["new", "new", "new", "new"])
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* next, "newer")
      assert.strictEqual(aws.requests.length, 3)
    }).pipe(Effect.provide(layer))
  )

  it.effect("reads again at once when the next key is rejected, and after a failed read", () =>
    Effect.gen(function* () {
      yield* fakeAws(secret("second"), denied, secret("third"))
      assert.strictEqual(yield* keyAfterRejectionOf("first"), "second")
      assert.strictEqual((yield* Effect.flip(keyAfterRejectionOf("second")))._tag, "SecretUnreadable")
      assert.strictEqual(yield* keyAfterRejectionOf("second"), "third")
    }).pipe(Effect.provide(layer))
  )
})
