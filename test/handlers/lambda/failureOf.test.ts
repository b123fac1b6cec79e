import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { failureOf } from "../../../handlers/lambda/failureOf.ts"

class NoLuck extends Schema.TaggedError<NoLuck>()("NoLuck", { key: Schema.Redacted(Schema.String) }) {
  override get message(): string {
    return `No luck\n  with ${this.key}`
  }
}
const key = Redacted.make("canary")

it("names a typed error by its tag, and tells its message in one line without a Redacted in it", () => {
  assert.deepStrictEqual(failureOf(Cause.fail(new NoLuck({ key }))), {
    reason: "NoLuck",
    detail: "No luck with <redacted>"
  })
})

it("tells the typed error rather than the defect that came with it", () => {
  const both = Cause.combine(Cause.die("a bug"), Cause.fail(new NoLuck({ key })))
  assert.strictEqual(failureOf(both).reason, "NoLuck")
})

it.each([
  [new RangeError("too far"), "too far"],
  ["just a text", "just a text"],
  [{ key }, "<redacted>"],
  [Object.create(null), ""],
  [undefined, "undefined"]
])("calls anything else that is thrown a defect: %s", (defect, detail) => {
  const failure = failureOf(Cause.die(defect))
  assert.strictEqual(failure.reason, "Defect")
  assert.include(failure.detail, detail)
  assert.notInclude(failure.detail, "canary")
})

it("bounds what it tells", () => {
  assert.strictEqual(failureOf(Cause.die("x".repeat(5_000))).detail.length, 1_000)
})

it("tells an interruption as such", () => {
  assert.strictEqual(failureOf(Cause.interrupt()).reason, "Interrupted")
})

it.effect("names the variable that is not set", () =>
  Effect.gen(function* () {
    const cause = yield* Effect.flip(Effect.sandbox(Config.String("MOVIES_BUCKET")))
    assert.deepStrictEqual(failureOf(cause), {
      reason: "ConfigError",
      detail: 'An environment variable is missing or invalid: Expected string at ["MOVIES_BUCKET"]'
    })
  }).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))))
)
