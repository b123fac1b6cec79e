import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Secrets } from "../../services/Secrets.ts"
import { type AwsReply, fakeAws, jsonReply } from "../support/FakeAws.ts"
import { settings } from "../support/settings.ts"

const secret = (SecretString?: string): AwsReply => jsonReply({ Name: "the-secret", SecretString })
const denied = jsonReply({ __type: "AccessDeniedException", Message: "not yours" }, 400)
const layer = Secrets.layer.pipe(Layer.provide(settings()))
const key = Secrets.use(({ omdbApiKey }) => omdbApiKey).pipe(Effect.map(Redacted.value))
const keyInsteadOf = (rejected: string) =>
  Secrets.use(({ omdbApiKeyAfterRejection }) => omdbApiKeyAfterRejection(Redacted.make(rejected))).pipe(
    Effect.map(Redacted.value)
  )

describe("the API key", () => {
  it.effect("is read once for five minutes, and then again", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("first"), secret("second"))
      assert.strictEqual(yield* key, "first")
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual(yield* key, "first")
      assert.strictEqual(aws.requests.length, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* key, "second")
      assert.deepStrictEqual(JSON.parse(aws.requests[0]?.body ?? ""), { SecretId: "the-secret" })
    }).pipe(Effect.provide(layer))
  )

  it.effect("is read once for all who ask at the same time", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("one"), secret("two"))
      const keys = yield* Effect.all([key, key, key, key], { concurrency: "unbounded" })
      assert.deepStrictEqual([keys, aws.requests.length], [["one", "one", "one", "one"], 1])
    }).pipe(Effect.provide(layer))
  )

  it.effect("is asked for again right after a failure, which is not remembered", () =>
    Effect.gen(function* () {
      yield* fakeAws(denied, secret("now it is there"))
      const error = yield* Effect.flip(key)
      assert.strictEqual(error._tag, "SecretUnreadable")
      assert.strictEqual(error.message, "Cannot read the secret the-secret: AccessDeniedException: not yours")
      assert.strictEqual(yield* key, "now it is there")
    }).pipe(Effect.provide(layer))
  )

  it.effect("read in place of a rejected one is remembered from then on", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("old"), secret("new"))
      assert.deepStrictEqual([yield* key, yield* keyInsteadOf("old"), yield* key], ["old", "new", "new"])
      assert.strictEqual(aws.requests.length, 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect("is read once for all whose key was rejected within ten seconds", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws(secret("old"), secret("new"), secret("newer"))
      yield* key
      const instead = keyInsteadOf("old")
      const keys = yield* Effect.all([instead, instead, instead], { concurrency: "unbounded" })
      yield* TestClock.adjust("9 seconds")
      assert.deepStrictEqual([...keys, yield* instead], ["new", "new", "new", "new"])
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* instead, "newer")
      assert.strictEqual(aws.requests.length, 3)
    }).pipe(Effect.provide(layer))
  )

  it.effect("is read again at once for the next key that is rejected, and after a failed reading", () =>
    Effect.gen(function* () {
      yield* fakeAws(secret("second"), denied, secret("third"))
      assert.strictEqual(yield* keyInsteadOf("first"), "second")
      assert.strictEqual((yield* Effect.flip(keyInsteadOf("second")))._tag, "SecretUnreadable")
      assert.strictEqual(yield* keyInsteadOf("second"), "third")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is taken without the line end that a pipe left after it", () =>
    Effect.gen(function* () {
      yield* fakeAws(secret("abc\n"))
      assert.strictEqual(yield* key, "abc")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is missing when the secret holds no text", () =>
    Effect.gen(function* () {
      yield* fakeAws(secret(), secret("  "))
      const errors = [yield* Effect.flip(key), yield* Effect.flip(key)]
      for (const error of errors) assert.include(error.message, "it holds no text")
    }).pipe(Effect.provide(layer))
  )

  it.effect("is hidden from whoever prints it", () =>
    Effect.gen(function* () {
      yield* fakeAws(secret("canary"))
      const hidden = yield* Secrets.use(({ omdbApiKey }) => omdbApiKey)
      assert.notInclude(`${hidden} ${JSON.stringify({ hidden })}`, "canary")
    }).pipe(Effect.provide(layer))
  )

  it.live("is given up reading when nobody waits for it any more", () =>
    Effect.gen(function* () {
      const aws = yield* fakeAws("hang")
      const reading = yield* Effect.forkChild(key)
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(reading)
      yield* Effect.sleep("50 millis")
      assert.strictEqual(aws.dropped, 1)
    }).pipe(Effect.provide(layer))
  )
})

it.live("builds its layer without reading the secret", () =>
  Effect.gen(function* () {
    const aws = yield* fakeAws(secret("x"))
    yield* Effect.provide(Secrets.use(Effect.succeed), layer)
    assert.deepStrictEqual(aws.requests, [])
  })
)
