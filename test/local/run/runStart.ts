import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestConsole from "effect/testing/TestConsole"
import { runCommand } from "../../../cli/runCommand.ts"
import type { RunSummary } from "../../../local/run/RunSummary.ts"
import { startCommand } from "../../../local/run/start.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"

interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `npm start` in this process. */
export const start = (...args: ReadonlyArray<string>): Promise<Output> =>
  Effect.gen(function* () {
    const code = yield* runCommand(startCommand)(args)
    const [stdout, stderr] = [yield* TestConsole.logLines, yield* TestConsole.errorLines]
    return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") }
  }).pipe(Effect.provide(Layer.merge(NodeServices.layer, TestConsole.layer)), Effect.runPromise)

/** Runs `npm start -- --json` in this process, with a new results folder. */
export const runStart = async (
  ...args: ReadonlyArray<string>
): Promise<Output & { readonly summary: RunSummary; readonly out: string }> => {
  const out = await temporaryDirectory()
  const output = await start("--json", "--out", out, ...args)
  return { ...output, summary: JSON.parse(output.stdout), out }
}

/** The text of each file below a folder, by its relative path. */
export const readFiles = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.sort().map((file) => readFile(file, "utf8")))
  return new Map(files.sort().map((file, index) => [file.slice(folder.length + 1), texts[index] ?? ""]))
}
