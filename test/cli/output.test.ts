import { assert, describe, it } from "@effect/vitest"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Terminal from "effect/Terminal"
import * as TestClock from "effect/testing/TestClock"
import { type Column, formatTable } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { withoutMarks } from "../support/withoutMarks.ts"

describe("formatTable", () => {
  const columns: ReadonlyArray<Column<{ readonly id: string; readonly cause?: string }>> = [
    { head: "Id", cell: ({ id }) => id },
    { head: "Cause", breaks: true, cell: ({ cause }) => cause }
  ]
  const rows = [{ id: "tt0111161", cause: "OMDb's daily limit for the API key is reached" }, { id: "tt0068646" }]

  it.each([60, 40, 28])("breaks cells in a table %i wide", (width) => {
    const lines = withoutMarks(formatTable(columns, rows, width)).split("\n")
    assert.isAtMost(Math.max(...lines.map((line) => line.length)), width)
    assert.match(lines[0] ?? "", /^┌/)
  })

  it("has one line for each cell where the terminal is too narrow for a table", () => {
    const list = "Id: tt0111161\nCause: OMDb's daily limit for the API key is reached\n\nId: tt0068646"
    assert.strictEqual(formatTable(columns, rows, 20), list)
  })

  it("is as wide as its cells without a terminal", () => {
    assert.include(formatTable(columns, rows, 0), "│ OMDb's daily limit for the API key is reached │")
  })
})

describe("withSpinner", () => {
  const shownDuring = (duration: "900 millis" | "2 seconds", canAnimate: boolean) => {
    const shown: Array<string> = []
    const terminal = Terminal.make({
      columns: Effect.succeed(60),
      rows: Effect.succeed(24),
      size: Effect.die("not used"),
      readLine: Effect.die("not used"),
      readInput: Effect.die("not used"),
      display: (text) => Effect.sync(() => void shown.push(text))
    })
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(withSpinner("Reading the stack")(Effect.sleep(duration)))
      yield* TestClock.adjust(duration)
      yield* Fiber.join(fiber)
      return shown
    }).pipe(
      Effect.provideService(Terminal.Terminal, terminal),
      Effect.provideService(TerminalCapabilities, { canAnimate, canColor: true, canPrompt: true })
    )
  }

  it.effect("shows on a terminal what takes over a second, and clears the line", () =>
    Effect.gen(function* () {
      const shown = yield* shownDuring("2 seconds", true)
      assert.include(shown[0], "⠋ Reading the stack…")
      assert.isAbove(shown.length, 5)
      assert.strictEqual(shown.at(-1), "\r\u001B[K")
    })
  )

  it.effect.each([
    ["what takes less", "900 millis", true],
    ["without a terminal", "2 seconds", false]
  ] as const)("shows nothing: %s", ([, duration, canAnimate]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* shownDuring(duration, canAnimate), [])
    })
  )
})
