import { CannotRun } from "../../cli/CommandErrors.ts"
import { ProgramFailed } from "../../engine/PulumiProgram.ts"
import { clearAwsEnvironment } from "./isolation.ts"
import { type Options, readOptions, usage } from "./options.ts"
import { interruption } from "./signals.ts"
import type { Voice } from "./start.ts"

/** The one sentence for whoever started it; only a fault of our own shows its stack. */
const sentence = (cause: unknown): string => {
  if (cause instanceof CannotRun || cause instanceof ProgramFailed) return cause.message
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

/**
 * Runs one of the commands of this folder on the process's own arguments and streams: its exit code, 1 where it could
 * not run, or 130 where it was interrupted before it was done.
 */
export const command = async (
  run: (options: Options, voice: Voice, signal: AbortSignal) => Promise<number>
): Promise<number> => {
  const signal = interruption()
  try {
    const options = readOptions(process.argv.slice(2))
    if (options.help) {
      console.log(usage)
      return 0
    }
    clearAwsEnvironment()
    return await run(options, process, signal)
  } catch (cause) {
    console.error(signal.aborted ? "Interrupted: nothing is left running." : sentence(cause))
    return signal.aborted ? 130 : 1
  }
}
