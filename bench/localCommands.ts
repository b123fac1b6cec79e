import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { root } from "./bundles.ts"
import { failMeasurement, MeasurementFailed, measurementsOf } from "./measure.ts"

const rounds = 5

const runToEnd = async (
  command: ReadonlyArray<string>,
  onLine: (line: string) => void = () => {},
  env = process.env
) => {
  const [program = "", ...args] = command
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] })
  createInterface({ input: child.stdout }).on("line", onLine)
  const [[code], errors] = await Promise.all([once(child, "close"), text(child.stderr)])
  if (code !== 0) throw new MeasurementFailed(`${args.join(" ")} ended with exit code ${code}: ${errors.trim()}`)
}

/** `npm start` of ten movies, by the lines that it prints. */
const timeStart = async (out: string) => {
  const times = new Map<string, number>()
  const startedAt = performance.now()
  const parts = {
    modules: /^Starting the local cloud/,
    program: / resources at /,
    run: /fast-forwarded/,
    result: /^Files: /
  }
  await runToEnd(["sh", "scripts/pinned-node", "local/start.ts", "--out", out], (line) => {
    for (const [part, pattern] of Object.entries(parts)) {
      if (pattern.test(line)) times.set(part, performance.now() - startedAt)
    }
  })
  const total = performance.now() - startedAt
  const at = (part: keyof typeof parts) =>
    times.get(part) ?? failMeasurement(`npm start printed no line like ${parts[part]}.`)
  return {
    modules: at("modules"),
    cloudAndProgram: at("program") - at("modules"),
    run: at("run") - at("program"),
    result: at("result") - at("run"),
    exit: total - at("result"),
    total
  }
}

/** Of all stages, in a process of its own: esbuild's start included, as `npm start` has it within the program. */
const timeBundles = async () => {
  const program = `import { buildHandlers } from "./infra/handlerBundles.ts"
await buildHandlers(); console.log(performance.now())`
  let ms = Number.NaN
  await runToEnd(["sh", "scripts/pinned-node", "--input-type=module", "-e", program], (line) => {
    ms = Number(line)
  })
  return ms
}

export const localCommands = async (progress: (text: string) => void) => {
  const out = await mkdtemp(join(tmpdir(), "imdb-etl-bench-"))
  const results = []
  try {
    for (let round = 1; round <= rounds; round++) {
      progress(`npm start, ${round} of ${rounds}`)
      results.push({ ...(await timeStart(out)), bundles: await timeBundles() })
    }
  } finally {
    await rm(out, { recursive: true, force: true })
  }
  return { rounds, start: measurementsOf(results) }
}

interface TestResult {
  readonly status: string
  readonly fullName: string
}

/** `npm test` by folder, in seconds. Takes as long as the tests. */
export const suites = async (progress: (text: string) => void) => {
  progress("npm test")
  const folder = await mkdtemp(join(tmpdir(), "imdb-etl-bench-"))
  const file = join(folder, "tests.json")
  try {
    const startedAt = performance.now()
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--reporter=json", `--outputFile=${file}`]
    await runToEnd(["sh", "scripts/pinned-node", ...vitest]).catch(async (cause: unknown) => {
      const { testResults } = JSON.parse(await readFile(file, "utf8").catch(() => '{"testResults":[]}'))
      const names = testResults.flatMap(({ assertionResults }: { assertionResults: ReadonlyArray<TestResult> }) =>
        assertionResults.flatMap(({ status, fullName }) => (status === "failed" ? [fullName] : []))
      )
      throw names.length === 0 ? cause : new MeasurementFailed(`npm test failed: ${names.join("; ")}`)
    })
    const seconds = (performance.now() - startedAt) / 1000
    const report: {
      readonly testResults: ReadonlyArray<{ name: string; startTime: number; endTime: number; assertionResults: [] }>
    } = JSON.parse(await readFile(file, "utf8"))
    const byFolder: Record<string, { files: number; tests: number; seconds: number }> = {}
    for (const { name, startTime, endTime, assertionResults } of report.testResults) {
      const [suite = ""] = name.slice(join(root, "test/").length).split("/")
      const { files, tests, seconds } = byFolder[suite] ?? { files: 0, tests: 0, seconds: 0 }
      byFolder[suite] = {
        ...{ files: files + 1, tests: tests + assertionResults.length },
        seconds: seconds + (endTime - startTime) / 1000
      }
    }
    return { seconds, byFolder }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
