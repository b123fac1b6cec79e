import { fileURLToPath } from "node:url"
import { styleText } from "node:util"
import { CannotRun } from "../cli/CommandErrors.ts"
import { computePlan, render } from "./answer.ts"
import { readOptions, usage } from "./options.ts"

const here = fileURLToPath(new URL("..", import.meta.url))

/** Where the command speaks to. */
export interface Voice {
  readonly stdout: Pick<NodeJS.WritableStream, "write"> & { readonly isTTY?: boolean }
  readonly stderr: Pick<NodeJS.WritableStream, "write">
}

const sentence = (cause: unknown): string => {
  if (cause instanceof CannotRun) return cause.message
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

/** `npm run plan`: the exit code, 0 said, 1 could not run, 130 interrupted. */
export const command = async (
  args: ReadonlyArray<string>,
  { stdout, stderr }: Voice,
  signal: AbortSignal,
  root: string = here
): Promise<number> => {
  try {
    const { form, help, ...asked } = readOptions(args)
    const strong = stdout.isTTY ? (text: string) => styleText("bold", text) : undefined
    stdout.write(`${help ? usage : render(await computePlan({ root, signal, ...asked }), form, strong)}\n`)
    return 0
  } catch (cause) {
    stderr.write(`${signal.aborted ? "Interrupted: nothing is left running." : sentence(cause)}\n`)
    return signal.aborted ? 130 : 1
  }
}
