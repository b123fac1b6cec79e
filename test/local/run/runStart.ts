import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { PassThrough } from "node:stream"
import { type Options, readOptions } from "../../../local/run/options.ts"
import type { RunSummary } from "../../../local/run/RunSummary.ts"
import { start } from "../../../local/run/start.ts"
import { temporaryDirectory } from "../../support/temporaryDirectory.ts"

export const sample = new URL("../../../sample/Top250Movies.json", import.meta.url).pathname

const collecting = () => {
  const chunks: Array<string> = []
  const stream = new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk.toString()))
  return { stream, text: () => chunks.join("") }
}

export interface StartResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly summary: RunSummary
  readonly out: string
}

/** Runs `npm start`'s own code in this process, with `--json` and a results folder of its own. */
export const runStart = async (...args: ReadonlyArray<string>): Promise<StartResult> => {
  const out = await temporaryDirectory()
  const options: Options = readOptions(["--json", "--out", out, ...args])
  const stdout = collecting()
  const stderr = collecting()
  const voice = { stdout: stdout.stream, stderr: stderr.stream }
  const code = await start(options, voice, new AbortController().signal)
  return { code, stdout: stdout.text(), stderr: stderr.text(), summary: JSON.parse(stdout.text()), out }
}

/** Every file below a folder, by its path from there, with its text. */
export const readFiles = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.sort().map((file) => readFile(file, "utf8")))
  return new Map(files.sort().map((file, index) => [file.slice(folder.length + 1), texts[index] ?? ""]))
}
