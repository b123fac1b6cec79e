import { relative } from "node:path"
import { styleText } from "node:util"
import { CannotRun } from "./CannotRun.ts"
import { ProgramFailed } from "./engine/Engine.ts"
import { startLocalStack } from "./LocalStack.ts"
import { forgetAwsSettings } from "./run/isolation.ts"
import { collectLogs } from "./run/logs.ts"
import { oneRun } from "./run/oneRun.ts"
import { type Options, readOptions, usage } from "./run/options.ts"
import { prepareOut, writeOut } from "./run/out.ts"
import { liveProgress, type Progress, plainProgress, silent } from "./run/progress.ts"
import { report, whyIncomplete } from "./run/report.ts"
import { Interrupted, interruption, unlessInterrupted } from "./run/signals.ts"
import { readSourceList } from "./run/sourceList.ts"
import { summarise } from "./run/summary.ts"

const progressFor = ({ json }: Options): Progress => {
  if (json) return silent
  return process.stdout.isTTY ? liveProgress(process.stdout) : plainProgress((line) => console.log(line))
}

/** One run of the whole pipeline; the exit code. */
const start = async (options: Options, signal: AbortSignal): Promise<number> => {
  const progress = progressFor(options)
  const out = await prepareOut(options.out)
  const sourceList = await readSourceList(options.movies)
  progress.say(styleText("dim", "Starting the local cloud and running index.ts on it …"))
  const stack = await startLocalStack({
    sourceList,
    signal,
    ...(options.omdb === undefined ? {} : { omdb: options.omdb })
  })
  try {
    const logs = collectLogs(stack)
    progress.say(
      styleText("dim", `${stack.program.resources.length} resources at ${stack.cloud.endpoint}; firing the schedule …`)
    )
    progress.follow(stack)
    const ended = await unlessInterrupted(signal, oneRun(stack, options))
    progress.done()
    await writeOut(stack, logs, out, ended.runDate)
    const summary = await summarise(stack, { ...ended, out: relative(process.cwd(), out) || "." })
    if (options.json) console.log(JSON.stringify(summary))
    else console.log(report(summary, ended.state))
    if (summary.complete) return 0
    console.error(whyIncomplete(summary, ended.state))
    return 2
  } finally {
    progress.done()
    await stack.stop()
  }
}

/** The one sentence for whoever started it; only a fault of our own shows its stack. */
const sentence = (cause: unknown): string => {
  if (cause instanceof CannotRun || cause instanceof ProgramFailed) return cause.message
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

const main = async (): Promise<number> => {
  const signal = interruption()
  try {
    const options = readOptions(process.argv.slice(2))
    if (options.help) {
      console.log(usage)
      return 0
    }
    forgetAwsSettings()
    return await start(options, signal)
  } catch (cause) {
    if (cause instanceof Interrupted || signal.aborted) {
      console.error("Interrupted: nothing is left running.")
      return 130
    }
    console.error(sentence(cause))
    return 1
  }
}

process.exitCode = await main()
