import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { captureLogs } from "../../support/captureLogs.ts"

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
