import { assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { formatTable } from "../../cli/output.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { visible, visibleJson } from "../../cli/visible.ts"
import { runInProcess } from "../support/runInProcess.ts"

const hostile = {
  "a control": "\u0007",
  "an escape sequence": "\u001B[2J",
  "a style": "\u001B[8m",
  "a C1 control": "\u009B2J",
  "a carriage return": "\r",
  "a change of direction": "\u202E",
  "an isolate": "\u2067",
  "a zero-width space": "\u200B",
  "a byte order mark": "\uFEFF",
  "a tag": "\u{E0041}",
  "a line separator": "\u2028",
  "half of a surrogate pair": "\uD83D",
  "a blank letter": "\u3164"
}

describe("a text from outside", () => {
  it.each(Object.entries(hostile))("shows %s as a box, in a line, a table, an error and JSON", async (_, text) => {
    const command = Command.make("it", {}, () =>
      Effect.andThen(Console.log(`a${text}b`), new CannotRun({ message: `a${text}b` }))
    )
    const { stdout, stderr } = await runInProcess(runCommand(command)([]))
    const table = formatTable([{ head: "Text", cell: ({ text }) => text }], [{ text: `a${text}b` }], 0)
    for (const shown of [stdout, stderr, table, visible(`a${text}b`)]) {
      assert.include(shown, "a□")
      assert.notInclude(shown, text)
    }
    const json = visibleJson({ text })
    assert.match(json, /^[ -~]+$/)
    assert.deepStrictEqual(JSON.parse(json), { text })
  })
})
