import { relative } from "node:path"
import { styleText } from "node:util"
import { injectFaults } from "../faults/injectFaults.ts"
import { readFaultSchedule } from "../faults/readFaultSchedule.ts"
import { type LocalStack, startLocalStack } from "../LocalStack.ts"
import type { OutputStream } from "./formatRun.ts"
import { explainIncomplete, formatRun } from "./formatRun.ts"
import type { Options } from "./options.ts"
import { openOutputFolder, writeResults } from "./outputFolder.ts"
import { liveProgress, noProgress, type Progress, plainProgress } from "./progress.ts"
import { summarizeRun } from "./RunSummary.ts"
import { recordRun, runPipeline } from "./runPipeline.ts"
import { unlessInterrupted } from "./signals.ts"
import { readSourceList } from "./sourceList.ts"

/** Where a run speaks to: the two streams of a process. */
export interface Voice {
  readonly stdout: OutputStream
  readonly stderr: Pick<NodeJS.WritableStream, "write">
}

const progressFor = ({ json }: Options, stdout: OutputStream): Progress => {
  if (json) return noProgress
  return stdout.isTTY ? liveProgress(stdout) : plainProgress((line) => stdout.write(`${line}\n`))
}

/** One run of the whole pipeline, from the empty cloud to the files: the exit code, 0 complete or 2 not. */
export const start = async (options: Options, { stdout, stderr }: Voice, signal: AbortSignal): Promise<number> => {
  const progress = progressFor(options, stdout)
  const out = await openOutputFolder(options.out)
  let stack: LocalStack | undefined
  try {
    const sourceList = await unlessInterrupted(signal, readSourceList(options.movies))
    const scenario = options.faults === undefined ? undefined : await readFaultSchedule(options.faults)
    progress.print(styleText("dim", "Starting the local cloud and running index.ts on it …"))
    stack = await startLocalStack({ ...options, sourceList, signal })
    const { program, cloud } = stack
    const recording = recordRun(stack)
    progress.print(
      styleText("dim", `${program.resources.length} resources at ${cloud.endpoint}; firing the schedule …`)
    )
    progress.follow(stack)
    const tell = (sentence: string) => progress.print(styleText("dim", sentence))
    const faults = scenario === undefined ? undefined : injectFaults(stack, scenario, tell)
    const ended = await unlessInterrupted(signal, runPipeline(stack, recording, options))
    progress.stop()
    await writeResults(stack, recording.logs, out, ended.runDate)
    const summary = await summarizeRun(stack, ended, relative(process.cwd(), out.directory) || ".")
    stdout.write(`${options.json ? JSON.stringify(summary) : formatRun(summary, ended.result, stdout)}\n`)
    for (const sentence of faults?.notInjected() ?? []) stderr.write(`${sentence}\n`)
    if (summary.complete) return 0
    stderr.write(`${explainIncomplete(summary, ended.result)}\n`)
    return 2
  } finally {
    progress.stop()
    await stack?.stop()
    await out.release()
  }
}
