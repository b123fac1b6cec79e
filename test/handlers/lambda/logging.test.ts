import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { failureOf } from "../../../handlers/lambda/failureOf.ts"
import { captureLogs } from "../../support/runEffects.ts"

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
})

describe("jsonLine", () => {
  it.effect("writes each entry as one line of JSON with its annotations at the top level", () =>
    Effect.gen(function* () {
      const { lines, entries } = yield* captureLogs(
        Effect.gen(function* () {
          yield* Effect.logInfo("first\nof two lines")
          yield* Effect.logError("second", new Error("with a stack"))
        }).pipe(Effect.annotateLogs({ runDate: "2026-01-01", imdbId: "tt0111161" }))
      )
      assert.deepStrictEqual(
        lines.filter((line) => line.includes("\n")),
        []
      )
      assert.deepStrictEqual(entries[0], {
        timestamp: "1970-01-01T00:00:00.000Z",
        level: "INFO",
        message: "first\nof two lines",
        runDate: "2026-01-01",
        imdbId: "tt0111161"
      })
      assert.strictEqual(entries.length, 2)
    })
  )

  it.effect("writes a Redacted value as <redacted> wherever it is", () =>
    Effect.gen(function* () {
      const key = Redacted.make("canary", { label: "key" })
      const { lines } = yield* captureLogs(
        Effect.gen(function* () {
          yield* Effect.logInfo("in the message", key, { nested: [key] })
          yield* Effect.logInfo(`in a text ${key}`)
          yield* Effect.logError(Object.assign(new Error(`in an error ${key}`), { key }))
          return yield* Effect.die({ key })
        }).pipe(
          Effect.tapCause((cause) => Effect.logError("in a cause", cause)),
          Effect.annotateLogs({ annotation: key, deep: { key } })
        )
      )
      assert.strictEqual(lines.length, 4)
      assert.notInclude(lines.join("\n"), "canary")
      assert.include(lines.join("\n"), "<redacted:key>")
    })
  )
})
