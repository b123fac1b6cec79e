import { join } from "node:path"
import * as Config from "effect/Config"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { CannotRun } from "../../cli/CommandErrors.ts"
import type { DeadLetter } from "./DeadLetter.ts"
import { checkPayload, formatPayload } from "./payload.ts"

/** Reads a payload from a file, or from standard input for `-`. */
export const readPayload = Effect.fnUntraced(function* (file: string) {
  const { readFileString } = yield* FileSystem.FileSystem
  const { stdin } = yield* Stdio.Stdio
  const text = file === "-" ? Stream.mkString(Stream.decodeText(stdin)) : readFileString(file)
  return yield* Effect.mapError(text, ({ message }) => new CannotRun({ message: `--payload ${file}: ${message}` }))
})

/** Opens the payload in the user's editor; undefined where it is left as it was. An invalid one is kept in its file. */
export const editPayload = Effect.fnUntraced(function* ({ queue, messageId, payload }: DeadLetter) {
  const { canPrompt } = yield* TerminalCapabilities
  if (!canPrompt) return yield* new CannotRun({ message: "There is no terminal for an editor: use --payload FILE." })
  const files = yield* FileSystem.FileSystem
  const before = formatPayload(payload)
  const folder = yield* files.makeTempDirectory({ prefix: `${queue}-${messageId.slice(0, 8)}-` })
  const file = join(folder, "payload.json")
  yield* files.writeFileString(file, before)
  yield* openEditor(file)
  const after = yield* files.readFileString(file)
  const isChanged = after !== before
  if (isChanged) {
    yield* checkPayload(queue, after).pipe(
      Effect.mapError(({ message }) => new CannotRun({ message: `${message}. It is kept: --payload ${file}` }))
    )
  }
  yield* files.remove(folder, { recursive: true })
  return isChanged ? after : undefined
})

const editor = Config.NonEmptyString("VISUAL").pipe(
  Config.orElse(() => Config.NonEmptyString("EDITOR")),
  Config.withDefault("vi")
)

const openEditor = Effect.fnUntraced(function* (file: string) {
  const command = yield* editor
  const { exitCode } = yield* ChildProcessSpawner
  // The variable holds a command with options, such as `code --wait`.
  const shell = ChildProcess.make("sh", ["-c", `${command} "$1"`, "sh", file], {
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit"
  })
  const code = yield* exitCode(shell)
  if (code !== 0) return yield* new CannotRun({ message: `The editor ${command} ended with exit code ${code}.` })
})
