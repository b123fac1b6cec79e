import { execFile } from "node:child_process"
import { access, mkdir, readFile, rm, symlink } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { CannotRun } from "../cli/CommandErrors.ts"
import { makeTemporaryFolder } from "../cli/temporaryFolder.ts"
import { ProgramFailed } from "../engine/PulumiProgram.ts"
import { type Change, changeOf } from "./Change.ts"
import { type Declared, declareStack } from "./declareStack.ts"
import { type Plan, planOf } from "./Plan.ts"

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

/** One line without the stack trace and Node's formatting, which an unexpected error brings along. */
const reasonOf = ({ message }: ProgramFailed): string => {
  const [first = "", ...others] = message.split("\n")
  const lines = first.startsWith("Running program") ? others : [first, ...others]
  const trace = lines.findIndex((line) => /^\s+at /.test(line))
  return (trace === -1 ? lines : lines.slice(0, trace))
    .join(" ")
    .replace(/^(<ref \*\d+> )?(Error: )?/, "")
    .trim()
}

/** A revision's files, in a temporary folder. */
export interface Checkout {
  readonly root: string
  /** The revision as it was given, and its commit. */
  readonly name: string
  /** What limits a comparison with it. */
  readonly notes: ReadonlyArray<string>
}

interface Revision {
  readonly root: string
  readonly revision: string
  readonly signal: AbortSignal
}

/** Extracts a revision of the repository for `use`, with this checkout's node_modules, and removes it afterwards. */
export const withRevision = async <A>(revision: Revision, use: (checkout: Checkout) => Promise<A>): Promise<A> => {
  const folder = makeTemporaryFolder("plan")
  try {
    return await use(await extract(revision, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const extract = async ({ root, revision, signal }: Revision, folder: string): Promise<Checkout> => {
  const checkout = join(folder, "revision")
  const archive = join(folder, "revision.tar")
  const git = (...args: ReadonlyArray<string>) => output("git", args, { cwd: root, signal })
  const commit = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`)
  if (commit === undefined) {
    throw new CannotRun({
      message: `There is no revision ${revision} in this repository. Give a branch, a tag or a commit; fetch it first if it is remote.`
    })
  }
  await mkdir(checkout)
  const packed = await git("archive", "--format=tar", `--output=${archive}`, commit)
  const unpacked = packed === undefined ? undefined : await output("tar", ["-xf", archive], { cwd: checkout, signal })
  if (unpacked === undefined) {
    throw new CannotRun({ message: `The files of ${revision} could not be extracted to ${folder}.` })
  }
  for (const file of ["index.ts", "Pulumi.yaml"]) {
    await access(join(checkout, file)).catch(() => {
      throw new CannotRun({ message: `${revision} has no ${file}, so it has no program to compare with.` })
    })
  }
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"))

  const lockFile = (of: string) => readFile(join(of, "package-lock.json"), "utf8").catch(() => undefined)
  const hasSamePackages = (await lockFile(checkout)) === (await lockFile(root))
  const packages = `The package-lock.json of ${revision} differs. Its program ran with the packages of this checkout, so changes inside packages are not shown.`
  return {
    root: checkout,
    name: revision === commit ? revision : `${revision} (${commit.slice(0, 7)})`,
    notes: hasSamePackages ? [] : [packages]
  }
}

const execute = promisify(execFile)

/** A command's stdout; undefined where its exit code is not 0. */
const output = async (
  command: string,
  args: ReadonlyArray<string>,
  options: { readonly cwd: string; readonly signal: AbortSignal }
): Promise<string | undefined> => {
  try {
    return (await execute(command, args, options)).stdout.trim()
  } catch (cause) {
    options.signal.throwIfAborted()
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      throw new CannotRun({ message: `--base needs the command ${command}, which is not installed.` })
    }
    return undefined
  }
}
