import { relative } from "node:path"
import { styleText } from "node:util"
import { applyFaults } from "../faults/applyFaults.ts"
import { readScenario } from "../faults/readScenario.ts"
import { type LocalStack, startLocalStack } from "../LocalStack.ts"
import { oneRun } from "./oneRun.ts"
import type { Options } from "./options.ts"
import { prepareOut, writeOut } from "./out.ts"
import { liveProgress, type Progress, plainProgress, silent } from "./progress.ts"
import { record } from "./Recording.ts"
import { report, whyIncomplete } from "./report.ts"
import { unlessInterrupted } from "./signals.ts"
import { readSourceList } from "./sourceList.ts"
import { summarise } from "./summary.ts"
import type { Screen } from "./table.ts"

/** Where a run speaks to: the two streams of a process. */
export interface Voice {
  readonly stdout: Screen
  readonly stderr: Pick<NodeJS.WritableStream, "write">
}

const progressFor = ({ json }: Options, stdout: Screen): Progress => {
  if (json) return silent
  return stdout.isTTY ? liveProgress(stdout) : plainProgress((line) => stdout.write(`${line}\n`))
}

/** One run of the whole pipeline, from the empty cloud to the files: the exit code, 0 complete or 2 not. */
export const start = async (options: Options, { stdout, stderr }: Voice, signal: AbortSignal): Promise<number> => {
  const progress = progressFor(options, stdout)
  const out = await prepareOut(options.out)
  let stack: LocalStack | undefined
  try {
    const sourceList = await unlessInterrupted(signal, readSourceList(options.movies))
    const scenario = options.faults === undefined ? undefined : await readScenario(options.faults)
    progress.say(styleText("dim", "Starting the local cloud and running index.ts on it …"))
    stack = await startLocalStack({ ...options, sourceList, signal })
    const { program, cloud } = stack
    const recording = record(stack)
    progress.say(styleText("dim", `${program.resources.length} resources at ${cloud.endpoint}; firing the schedule …`))
    progress.follow(stack)
    const tell = (sentence: string) => progress.say(styleText("dim", sentence))
    const faults = scenario === undefined ? undefined : applyFaults(stack, scenario, tell)
    const ended = await unlessInterrupted(signal, oneRun(stack, recording, options))
    progress.done()
    await writeOut(stack, recording.logs, out, ended.runDate)
    const summary = await summarise(stack, ended, relative(process.cwd(), out.directory) || ".")
    stdout.write(`${options.json ? JSON.stringify(summary) : report(summary, ended.state, stdout)}\n`)
    for (const sentence of faults?.unmet() ?? []) stderr.write(`${sentence}\n`)
    if (summary.complete) return 0
    stderr.write(`${whyIncomplete(summary, ended.state)}\n`)
    return 2
  } finally {
    progress.done()
    await stack?.stop()
    await out.release()
  }
}
