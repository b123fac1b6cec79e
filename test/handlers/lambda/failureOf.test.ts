import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { failureOf } from "../../../handlers/lambda/failureOf.ts"

class KeyRefused extends Schema.TaggedError<KeyRefused>()("KeyRefused", { key: Schema.Redacted(Schema.String) }) {
  override get message(): string {
    return `Refused\n  the key ${this.key}`
  }
}
const key = Redacted.make("canary")

describe("failureOf", () => {
  it("returns a typed error's tag and its message on one line, without Redacted values", () => {
    assert.deepStrictEqual(failureOf(Cause.fail(new KeyRefused({ key }))), {
      reason: "KeyRefused",
      detail: "Refused the key <redacted>"
    })
  })

  it("returns the typed error of a cause that has a defect too", () => {
    const both = Cause.combine(Cause.die("a defect"), Cause.fail(new KeyRefused({ key })))
    assert.strictEqual(failureOf(both).reason, "KeyRefused")
  })

  it.each([
    [new RangeError("too far"), "too far"],
    ["only a text", "only a text"],
    [{ key }, "<redacted>"],
    [Object.create(null), ""],
    [undefined, "undefined"]
  ])("returns Defect for any other thrown value: %s", (defect, detail) => {
    const failure = failureOf(Cause.die(defect))
    assert.strictEqual(failure.reason, "Defect")
    assert.include(failure.detail, detail)
    assert.notInclude(failure.detail, "canary")
  })

  it("returns Interrupted for an interruption", () => {
    assert.strictEqual(failureOf(Cause.interrupt()).reason, "Interrupted")
  })

  it("limits the detail to 1,000 characters", () => {
    assert.strictEqual(failureOf(Cause.die("x".repeat(5_000))).detail.length, 1_000)
  })

  it.effect("names the environment variable that is missing", () =>
    Effect.gen(function* () {
      const { reason, detail } = failureOf(yield* Effect.flip(Effect.sandbox(Config.String("MOVIES_BUCKET"))))
      assert.strictEqual(reason, "ConfigError")
      assert.include(detail, '["MOVIES_BUCKET"]')
    }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))))
  )
})
