import { execFile } from "node:child_process"
import { access, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { CannotRun } from "../cli/CommandErrors.ts"

const run = promisify(execFile)

const isMissingCommand = (cause: unknown) => cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** What a command says in a folder, or undefined where it refuses. */
const said = async (root: string, signal: AbortSignal, command: string, ...args: ReadonlyArray<string>) => {
  try {
    return (await run(command, args, { cwd: root, signal })).stdout.trim()
  } catch (cause) {
    signal.throwIfAborted()
    if (isMissingCommand(cause))
      throw new CannotRun({ message: `--base needs the command ${command}, which is not there.` })
    return undefined
  }
}

/** A revision's files, laid out in a folder of their own. */
export interface Checkout {
  readonly root: string
  /** The revision as it was asked for, and its commit. */
  readonly name: string
  /** What is to be known of a comparison with it. */
  readonly notes: ReadonlyArray<string>
}

const textOf = (path: string) => readFile(path, "utf8").catch(() => undefined)

const needsProgram = async (root: string, revision: string) => {
  for (const file of ["index.ts", "Pulumi.yaml"]) {
    await access(join(root, file)).catch(() => {
      throw new CannotRun({ message: `${revision} has no ${file}, so it has no program to compare with.` })
    })
  }
}

const layOut = async (root: string, into: string, revision: string, signal: AbortSignal): Promise<Checkout> => {
  const commit = await said(
    root,
    signal,
    "git",
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`
  )
  if (commit === undefined) {
    throw new CannotRun({
      message: `There is no revision ${revision} here: give a branch, a tag or a commit, fetched if need be.`
    })
  }
  const checkout = join(into, "revision")
  await mkdir(checkout)
  const archive = join(into, "revision.tar")
  const packed = await said(root, signal, "git", "archive", "--format=tar", `--output=${archive}`, commit)
  const laid = packed === undefined ? undefined : await said(checkout, signal, "tar", "-xf", archive)
  if (laid === undefined) throw new CannotRun({ message: `The files of ${revision} could not be laid out in ${into}.` })
  await needsProgram(checkout, revision)
  await symlink(join(root, "node_modules"), join(checkout, "node_modules"))

  const [old, now] = await Promise.all([checkout, root].map((each) => textOf(join(each, "package-lock.json"))))
  const name = revision === commit ? revision : `${revision} (${commit.slice(0, 7)})`
  const packages = `package-lock.json differs from that of ${revision}, whose program was run with the packages installed here: what changed inside a package does not show.`
  return { root: checkout, name, notes: old === now ? [] : [packages] }
}

/** Lays out a revision of the repository with this checkout's packages, and takes it away again afterwards. */
export const withRevision = async <A>(
  at: { readonly root: string; readonly revision: string; readonly signal: AbortSignal },
  use: (checkout: Checkout) => Promise<A>
): Promise<A> => {
  const into = await mkdtemp(join(tmpdir(), "imdb-etl-plan-"))
  try {
    return await use(await layOut(at.root, into, at.revision, at.signal))
  } finally {
    await rm(into, { recursive: true, force: true })
  }
}
