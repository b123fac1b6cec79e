import { access } from "node:fs/promises"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { CannotRun } from "../cli/CommandErrors.ts"
import { ProgramFailed } from "../engine/PulumiProgram.ts"
import { type Change, changeOf } from "./Change.ts"
import { type Declared, declareStack } from "./declareStack.ts"
import { type Plan, planOf } from "./Plan.ts"
import { withRevision } from "./revision.ts"

/** The document that `--json` prints; `base` only with `--base`. */
export interface PlanResult {
  readonly plan: Plan
  readonly base?: { readonly name: string; readonly notes: ReadonlyArray<string>; readonly change: Change }
}

export interface PlanRequest {
  readonly root: string
  readonly stack: string
  /** The revision to compare with. */
  readonly revision: string | undefined
  readonly signal: AbortSignal
}

/** Rejects with CannotRun where the stack has no file, or the program of this checkout or of the revision fails. */
export const computePlan = async (request: PlanRequest): Promise<PlanResult> => {
  const { root, revision, signal } = request
  if (revision === undefined) return { plan: planOf(await declareIn(root, "this checkout", request)) }
  return withRevision({ root, revision, signal }, async (checkout) => {
    const after = declareIn(root, "this checkout", request)
    const before = declareIn(checkout.root, checkout.name, request)
    // Both have ended before the revision's folder is removed, even if one fails.
    await Promise.allSettled([before, after])
    return compareStacks(await before, await after, checkout)
  })
}

export const compareStacks = (
  before: Declared,
  after: Declared,
  { name, notes }: { readonly name: string; readonly notes: ReadonlyArray<string> } = { name: "the base", notes: [] }
): PlanResult => ({ plan: planOf(after), base: { name, notes, change: changeOf(before, after) } })

const declareIn = async (root: string, checkout: string, { stack, signal }: PlanRequest): Promise<Declared> => {
  await access(join(root, `Pulumi.${stack}.yaml`)).catch(() => {
    throw new CannotRun({ message: `There is no stack ${stack} in ${checkout}: it has no Pulumi.${stack}.yaml.` })
  })
  return declareStack({ root, stack, signal }).catch((cause: unknown) => {
    if (!(cause instanceof ProgramFailed)) throw cause
    throw new CannotRun({ message: `The program of ${checkout} failed: ${reasonOf(cause)}` })
  })
}

/** One line without the stack trace, the colours and Node's formatting, which an unexpected error brings along. */
const reasonOf = ({ message }: ProgramFailed): string => {
  const [first = "", ...others] = stripVTControlCharacters(message).split("\n")
  const lines = first.startsWith("Running program") ? others : [first, ...others]
  const trace = lines.findIndex((line) => /^\s+at /.test(line))
  return (trace === -1 ? lines : lines.slice(0, trace))
    .join(" ")
    .replace(/^(<ref \*\d+> )?(Error: )?/, "")
    .trim()
}
