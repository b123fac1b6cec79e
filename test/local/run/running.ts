import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PassThrough } from "node:stream"
import { onTestFinished } from "vitest"
import { type Options, readOptions } from "../../../local/run/options.ts"
import { start } from "../../../local/run/start.ts"
import type { Summary } from "../../../local/run/summary.ts"

export const sample = new URL("../../../sample/Top250Movies.json", import.meta.url).pathname

export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "imdb-etl-test-"))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const collecting = () => {
  const chunks: Array<string> = []
  const stream = new PassThrough().on("data", (chunk: Buffer) => chunks.push(chunk.toString()))
  return { stream, text: () => chunks.join("") }
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly summary: Summary
  readonly out: string
}

/** Runs `npm start`'s own code in this process, with `--json` and a results folder of its own. */
export const run = async (...args: ReadonlyArray<string>): Promise<Ran> => {
  const out = await temporaryDirectory()
  const options: Options = readOptions(["--json", "--out", out, ...args])
  const stdout = collecting()
  const stderr = collecting()
  const voice = { stdout: stdout.stream, stderr: stderr.stream }
  const code = await start(options, voice, new AbortController().signal)
  return { code, stdout: stdout.text(), stderr: stderr.text(), summary: JSON.parse(stdout.text()), out }
}

/** Every file below a folder, by its path from there, with its text. */
export const filesOf = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.sort().map((file) => readFile(file, "utf8")))
  return new Map(files.sort().map((file, index) => [file.slice(folder.length + 1), texts[index] ?? ""]))
}
