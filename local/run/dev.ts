import { once } from "node:events"
import { injectFaults } from "../faults/injectFaults.ts"
import { readFaultSchedule } from "../faults/readFaultSchedule.ts"
import { type LocalStack, startLocalStack } from "../LocalStack.ts"
import { connectionHelp, removeConnectionFile, writeConnectionFile } from "./connection.ts"
import { formatRun } from "./formatRun.ts"
import type { Options } from "./options.ts"
import { openOutputFolder, writeResults } from "./outputFolder.ts"
import { plainProgress } from "./progress.ts"
import { summarizeRun } from "./RunSummary.ts"
import { recordRun, runPipeline } from "./runPipeline.ts"
import { unlessInterrupted } from "./signals.ts"
import { readSourceList } from "./sourceList.ts"
import type { Voice } from "./start.ts"

/** The convention of local clouds, so that a developer's settings stay the same from day to day. */
const usualPort = 4566

/** One run, and then the cloud stays up, with its data, for whoever wants to look or to send something, until Ctrl-C. */
export const dev = async (options: Options, { stdout }: Voice, signal: AbortSignal): Promise<number> => {
  const progress = plainProgress((line) => stdout.write(`${line}\n`))
  const out = await openOutputFolder(options.out)
  let stack: LocalStack | undefined
  try {
    const sourceList = await unlessInterrupted(signal, readSourceList(options.movies))
    const scenario = options.faults === undefined ? undefined : await readFaultSchedule(options.faults)
    stack = await startLocalStack({ port: usualPort, ...options, sourceList, signal })
    await writeConnectionFile(stack)
    const recording = recordRun(stack)
    progress.follow(stack)
    const faults = scenario === undefined ? undefined : injectFaults(stack, scenario, progress.print)
    const ended = await unlessInterrupted(signal, runPipeline(stack, recording, options))
    await writeResults(stack, recording.logs, out, ended.runDate)
    const summary = await summarizeRun(stack, ended, out.directory)
    for (const sentence of faults?.notInjected() ?? []) progress.print(sentence)
    stdout.write(`${formatRun(summary, ended.result, stdout)}\n\n${connectionHelp(stack)}\n`)
    if (!signal.aborted) await once(signal, "abort")
    // What has happened since then, too.
    await writeResults(stack, recording.logs, out, ended.runDate)
    return 0
  } finally {
    if (stack !== undefined) {
      await removeConnectionFile(stack)
      await stack.stop()
      stdout.write("The local cloud is gone.\n")
    }
    await out.release()
  }
}
