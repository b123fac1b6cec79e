import { execFileSync } from "node:child_process"
import { constants } from "node:fs"
import { chmod, open, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestConsole from "effect/testing/TestConsole"
import { onTestFinished, vi } from "vitest"
import { openInBrowser } from "../../operator/data/openInBrowser.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const command = process.platform === "darwin" ? "open" : "xdg-open"

/** What is printed on stderr with this script as the system's opener. */
const openWith = (script: string | undefined) =>
  Effect.gen(function* () {
    const directory = yield* Effect.promise(temporaryDirectory)
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv("PATH", script === undefined ? directory : `${directory}${delimiter}${process.env["PATH"]}`)
    yield* Effect.promise(async () => {
      if (script === undefined) return
      await writeFile(join(directory, command), `#!/bin/sh\n${script}\n`)
      await chmod(join(directory, command), 0o755)
    })
    yield* openInBrowser("/report of a day.html")
    return yield* TestConsole.errorLines
  }).pipe(Effect.provide([NodeServices.layer, TestConsole.layer]), Effect.runPromise)

describe("openInBrowser", () => {
  it("gives the system's opener the file, and leaves the browser open that it starts", async () => {
    const pipe = join(await temporaryDirectory(), "pipe")
    execFileSync("mkfifo", [pipe])
    // The browser holds the pipe open until it reads a line.
    assert.deepStrictEqual(await openWith(`[ "$*" = "/report of a day.html" ] && { read _ <&3 & } 3<>'${pipe}'`), [])
    // Fails where no process has the pipe open.
    const browser = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    await browser.write("\n")
    await browser.close()
  })

  it.each([
    ["fails", "exit 3"],
    ["does not exist", undefined]
  ])("prints one sentence where the opener %s", async (_, script) => {
    assert.deepStrictEqual(await openWith(script), [`${command} cannot open the file: open it in a browser yourself.`])
  })
})
