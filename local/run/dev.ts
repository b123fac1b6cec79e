import { once } from "node:events"
import { applyFaults } from "../faults/applyFaults.ts"
import { readScenario } from "../faults/readScenario.ts"
import { type LocalStack, startLocalStack } from "../LocalStack.ts"
import { addresses } from "./addresses.ts"
import { oneRun } from "./oneRun.ts"
import type { Options } from "./options.ts"
import { prepareOut, writeOut } from "./out.ts"
import { plainProgress } from "./progress.ts"
import { publish, withdraw } from "./publish.ts"
import { record } from "./Recording.ts"
import { report } from "./report.ts"
import { unlessInterrupted } from "./signals.ts"
import { readSourceList } from "./sourceList.ts"
import type { Voice } from "./start.ts"
import { summarise } from "./summary.ts"

/** The convention of local clouds, so that a developer's settings stay the same from day to day. */
const usualPort = 4566

/** One run, and then the cloud stays up, with its data, for whoever wants to look or to send something, until Ctrl-C. */
export const dev = async (options: Options, { stdout }: Voice, signal: AbortSignal): Promise<number> => {
  const progress = plainProgress((line) => stdout.write(`${line}\n`))
  const out = await prepareOut(options.out)
  let stack: LocalStack | undefined
  try {
    const sourceList = await unlessInterrupted(signal, readSourceList(options.movies))
    const scenario = options.faults === undefined ? undefined : await readScenario(options.faults)
    stack = await startLocalStack({ port: usualPort, ...options, sourceList, signal })
    await publish(stack)
    const recording = record(stack)
    progress.follow(stack)
    const faults = scenario === undefined ? undefined : applyFaults(stack, scenario, progress.say)
    const ended = await unlessInterrupted(signal, oneRun(stack, recording, options))
    await writeOut(stack, recording.logs, out, ended.runDate)
    const summary = await summarise(stack, ended, out.directory)
    for (const sentence of faults?.unmet() ?? []) progress.say(sentence)
    stdout.write(`${report(summary, ended.state, stdout)}\n\n${addresses(stack)}\n`)
    if (!signal.aborted) await once(signal, "abort")
    // What has happened since then, too.
    await writeOut(stack, recording.logs, out, ended.runDate)
    return 0
  } finally {
    if (stack !== undefined) {
      await withdraw(stack)
      await stack.stop()
      stdout.write("The local cloud is gone.\n")
    }
    await out.release()
  }
}
