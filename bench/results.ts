import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { availableParallelism, cpus, loadavg } from "node:os"
import { join } from "node:path"
import { root } from "./bundles.ts"
import type { coldStart } from "./coldStart.ts"
import type { cost } from "./cost.ts"
import type { localCommands, suites } from "./localCommands.ts"
import { MeasurementFailed } from "./measure.ts"
import type { warmInvocation } from "./warmInvocation.ts"
import type { scale, wholeRun } from "./wholeRun.ts"

/** The machine, and what else it did: the load is the mean number of running processes of the last minute. */
const machine = () => ({
  at: new Date().toISOString(),
  node: process.version,
  processor: `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores`,
  load: loadavg()[0] ?? 0,
  commit: commit()
})

/** Of the checkout, with `-dirty` where its code is changed; undefined without git. */
const commit = (): string | undefined => {
  const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim()
  try {
    const changed = git("status", "--porcelain", "--", ".", ":!docs", ":!bench/results")
    return `${git("rev-parse", "--short", "HEAD")}${changed === "" ? "" : "-dirty"}`
  } catch {
    return undefined
  }
}

interface Saved<Result> extends ReturnType<typeof machine> {
  readonly seconds: number
  readonly results: Result
}

/** The last results of each question. */
export interface Results {
  readonly coldStart?: Saved<Awaited<ReturnType<typeof coldStart>>>
  readonly warmInvocation?: Saved<Awaited<ReturnType<typeof warmInvocation>>>
  readonly wholeRun?: Saved<Awaited<ReturnType<typeof wholeRun>>>
  readonly scale?: Saved<Awaited<ReturnType<typeof scale>>>
  readonly localCommands?: Saved<Awaited<ReturnType<typeof localCommands>>>
  readonly suites?: Saved<Awaited<ReturnType<typeof suites>>>
  readonly cost?: Saved<Awaited<ReturnType<typeof cost>>>
}
export type Question = keyof Results

export const questions: ReadonlyArray<Question> = [
  ...(["coldStart", "warmInvocation", "wholeRun", "localCommands", "cost"] as const),
  ...(["suites", "scale"] as const)
]

const folder = join(import.meta.dirname, "results")
const file = (question: Question) => join(folder, `${question}.json`)

export const readResults = (): Results =>
  Object.fromEntries(
    questions.flatMap((question) => {
      if (!existsSync(file(question))) return []
      try {
        return [[question, JSON.parse(readFileSync(file(question), "utf8"))]]
      } catch {
        throw new MeasurementFailed(
          `bench/results/${question}.json is not JSON: restore it with git, or delete it and measure ${question} again.`
        )
      }
    })
  )

/** Measures and keeps the results as JSON. */
export const measureAndSave = async (question: Question, measure: () => Promise<unknown>): Promise<void> => {
  const of = machine()
  const startedAt = performance.now()
  const results = await measure()
  const saved = { ...of, seconds: Math.round((performance.now() - startedAt) / 1000), results }
  mkdirSync(folder, { recursive: true })
  replaceFile(file(question), `${JSON.stringify(saved, rounded, 2)}\n`)
}

/** Never leaves a part of a file under the path. */
export const replaceFile = (path: string, content: string): void => {
  writeFileSync(`${path}.new`, content)
  renameSync(`${path}.new`, path)
}

/** Five digits say more than was measured. */
const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(5)) : value)
