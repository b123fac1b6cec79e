import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"

const command = process.platform === "darwin" ? "open" : "xdg-open"

/** Opens a file in the browser. A machine without one is no failure: one sentence goes to stderr. */
export const openInBrowser = Effect.fnUntraced(
  function* (file: string) {
    const { spawn } = yield* ChildProcessSpawner
    const output = "ignore"
    const opener = yield* spawn(ChildProcess.make(command, [file], { stdin: output, stdout: output, stderr: output }))
    // At its end the spawner would stop what the process has started: the browser.
    yield* opener.unref
    // On some machines it ends with the browser.
    const exitCode = yield* Effect.timeout(opener.exitCode, "3 seconds").pipe(
      Effect.catchTag("TimeoutError", () => Effect.succeed(0))
    )
    if (exitCode !== 0) yield* notOpened
  },
  Effect.catchTag("PlatformError", () => notOpened),
  Effect.scoped
)

const notOpened = Console.error(`${command} cannot open the file: open it in a browser yourself.`)
