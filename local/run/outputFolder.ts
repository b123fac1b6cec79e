import { randomUUID } from "node:crypto"
import { constants } from "node:fs"
import { access, copyFile, link, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises"
import { dirname, join, relative, resolve } from "node:path"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { isRunning, processIdentity } from "../../cli/processIdentity.ts"

/**
 * The folder of the results. One run uses it at a time. Its results are written beside the earlier ones and put in their
 * place when all are there, so that a run that fails or is killed leaves the earlier ones as they are.
 */
export interface OutputFolder {
  readonly directory: string
  /** Writes results with `write` to a new folder, then puts its files in place. `isWhole`: of folders that are replaced. */
  readonly replace: (write: (folder: string) => Promise<void>, isWhole: (path: string) => boolean) => Promise<void>
  readonly release: () => Promise<void>
}

/** Creates and locks the folder. Throws CannotRun, before anything runs, where results cannot be written there. */
export const openOutputFolder = async (out: string): Promise<OutputFolder> => {
  const directory = resolve(out)
  const staged = join(directory, ".new")
  const ready = join(directory, ".new-ready")
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK)
    await claim(directory)
    // A run was killed: before all of its results were there, or while they were put in place.
    await rm(staged, { recursive: true, force: true })
    await putInPlace(ready, directory)
  } catch (cause) {
    throw toCannotRun(out, cause)
  }
  return {
    directory,
    replace: async (write, isWhole) => {
      try {
        await write(staged)
        const folders = (await pathsBelow(staged, "isDirectory")).filter(isWhole)
        await writeFile(join(staged, wholeFolders), JSON.stringify(folders))
        await rename(staged, ready)
        await putInPlace(ready, directory)
      } catch (cause) {
        throw toCannotRun(out, cause)
      } finally {
        await rm(staged, { recursive: true, force: true })
      }
    },
    release: () => rm(join(directory, lockFile), { force: true })
  }
}

const lockFile = ".in-use"
/** Holds the paths of the folders that are replaced as a whole. */
const wholeFolders = ".folders.json"

/** Of runs that start at once, only one continues. A lock file that a killed run has left is replaced. */
const claim = async (directory: string): Promise<void> => {
  const path = join(directory, lockFile)
  const takeover = `${path}.takeover`
  const unique = `${path}.${randomUUID()}`
  await writeFile(unique, processIdentity(process.pid))
  try {
    if (await createFrom(unique, path)) return
    const owner = await readLock(path)
    if (isOther(owner)) throw inUse(directory, owner)
    const taking = await readLock(takeover)
    if (taking !== undefined && !isOther(taking)) await rm(takeover, { force: true })
    if (!(await createFrom(unique, takeover))) throw inUse(directory, taking)
    try {
      // Read again: another run may have replaced the file in between.
      if ((await readLock(path)) === owner && owner !== undefined) return await rename(unique, path)
    } finally {
      await rm(takeover, { force: true })
    }
    if (!(await createFrom(unique, path))) throw inUse(directory, await readLock(path))
  } finally {
    await rm(unique, { force: true })
  }
}

/** Creates a file with its content in one step. False where it exists. */
const createFrom = (from: string, path: string): Promise<boolean> =>
  link(from, path)
    .catch((cause: unknown) => {
      unlessCode("EPERM", "ENOTSUP", "ENOSYS")(cause)
      // A file system without links.
      return copyFile(from, path, constants.COPYFILE_EXCL)
    })
    .then(
      () => true,
      (cause: unknown) => {
        unlessCode("EEXIST")(cause)
        return false
      }
    )

const unlessCode =
  (...codes: ReadonlyArray<string>) =>
  (cause: unknown): undefined => {
    if (!(cause instanceof Error && "code" in cause && codes.includes(String(cause.code)))) throw cause
  }

/** Undefined where there is none. */
const readLock = (path: string) => readFile(path, "utf8").catch(unlessCode("ENOENT"))

/** Whether it is a process that runs, and not this one: in a container, each run has the same id. */
const isOther = (owner: string | undefined) =>
  owner !== undefined && Number.parseInt(owner, 10) !== process.pid && isRunning(owner)

const inUse = (directory: string, owner: string | undefined) =>
  new CannotRun({
    message:
      `--out ${directory} is in use by another run, process ${Number.parseInt(owner ?? "", 10) || "unknown"}: wait until it ` +
      `has ended or give another folder. If there is no such run, remove ${join(directory, lockFile)}.`
  })

/** The relative paths of what is below a folder. */
const pathsBelow = async (root: string, type: "isFile" | "isDirectory"): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry[type]()).map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

/** Moves what is in `ready` to its place, and can be repeated after it was interrupted. */
const putInPlace = async (ready: string, directory: string): Promise<void> => {
  if (!(await exists(ready))) return
  const folders: ReadonlyArray<string> = JSON.parse(await readFile(join(ready, wholeFolders), "utf8"))
  const move = async (path: string) => {
    const to = join(directory, path)
    await mkdir(dirname(to), { recursive: true })
    await rm(to, { recursive: true, force: true })
    await rename(join(ready, path), to)
    return to
  }
  for (const folder of folders) {
    // Without results, the earlier folder is only removed.
    if (await exists(join(ready, folder))) await rmdir(await move(folder)).catch(() => {})
  }
  for (const file of await pathsBelow(ready, "isFile")) if (file !== wholeFolders) await move(file)
  await rm(ready, { recursive: true, force: true })
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

const toCannotRun = (out: string, cause: unknown): CannotRun => {
  if (cause instanceof CannotRun) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new CannotRun({ message: `--out ${out} cannot be created or written: ${reason}` })
}
