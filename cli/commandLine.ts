import { type ParseArgsOptionsConfig, parseArgs } from "node:util"
import { CannotRun } from "./CommandErrors.ts"

/** The values of a command's options; throws CannotRun with one sentence for whoever typed something else. */
export const commandLine = <const Options extends ParseArgsOptionsConfig>(
  args: ReadonlyArray<string>,
  options: Options,
  command: string
) => {
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values
  } catch (cause) {
    const [said] = (cause instanceof Error ? cause.message : String(cause)).split(/\.\s|\n/)
    throw new CannotRun({ message: `${said}. The options are listed by: ${command} -- --help` })
  }
}
