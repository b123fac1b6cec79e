import { constants } from "node:fs"
import { access, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { prefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { listKeys, readBytes, readTableItems } from "./storedData.ts"

/** A key as a path: `..` and empty parts stay what they are in S3, mere names. */
const pathOf = (key: string): string =>
  key
    .split("/")
    .map((part) => (/^\.{0,2}$/.test(part) ? part.replaceAll(".", "%2E") || "%2F" : part.replaceAll("\0", "%00")))
    .join("/")

const put = async (path: string, bytes: Uint8Array | string) => {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.part`
  await writeFile(unfinished, bytes)
  await rename(unfinished, path)
}

// One level at a time: where a folder cannot be made, as below /proc, Node's own recursive mkdir tries for ever.
const makeDirectory = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory)
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined
    if (code === "EEXIST" && (await stat(directory)).isDirectory()) return
    if (code !== "ENOENT" || dirname(directory) === directory) throw cause
    await makeDirectory(dirname(directory))
    await mkdir(directory)
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The folder of the results, for one run at a time: two would delete each other's day. */
export interface OutputFolder {
  readonly directory: string
  readonly release: () => Promise<void>
}

const claim = async (directory: string): Promise<OutputFolder> => {
  const mark = join(directory, ".in-use")
  const owner = Number(await readFile(mark, "utf8").catch(() => ""))
  if (owner > 0 && isAlive(owner)) {
    throw new CannotRun({
      message: `--out ${directory} is in use by another run, process ${owner}: wait for it or give another.`
    })
  }
  await writeFile(mark, `${process.pid}`)
  return { directory, release: () => rm(mark, { force: true }) }
}

const inASentence = (out: string) => (cause: unknown) => {
  if (cause instanceof CannotRun) throw cause
  throw new CannotRun({
    message: `--out ${out} cannot be made or written: ${cause instanceof Error ? cause.message : String(cause)}`
  })
}

/** Checks before anything runs that the results can be put there. */
export const openOutputFolder = async (out: string): Promise<OutputFolder> => {
  const directory = resolve(out)
  return makeDirectory(directory)
    .then(() => access(directory, constants.W_OK))
    .then(() => claim(directory))
    .catch(inASentence(out))
}

type Item = Readonly<Record<string, unknown>>

const decodeItems = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))
)

/** The items with those of other days that an earlier run left in the file: by movie, then by day. */
const withOtherDays = async (items: ReadonlyArray<Item>, path: string, runDate: RunDate) => {
  const text = await readFile(path, "utf8").catch(() => "[]")
  const earlier = Option.getOrElse(decodeItems(text), (): ReadonlyArray<Item> => [])
  const keyOf = ({ imdbId, runDate }: Item) => `${imdbId} ${runDate}`
  return [...earlier.filter((item) => item["runDate"] !== runDate), ...items].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1
  )
}

/**
 * Lays the run's results out as a person would look for them: `s3/<bucket>/<key>`, `dynamodb/<table>.json`,
 * `logs/<function>.log`. What other days' runs left there stays; the day's own is replaced.
 */
export const writeResults = (
  stack: LocalStack,
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  { directory }: OutputFolder,
  runDate: RunDate
): Promise<void> => layOut(stack, logs, directory, runDate).catch(inASentence(directory))

const layOut = async (
  stack: LocalStack,
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  directory: string,
  runDate: RunDate
): Promise<void> => {
  const { cloud, names } = stack
  for (const { logical, physical } of names.buckets) {
    const keys = await listKeys(cloud.clients.s3, physical)
    const folder = join(directory, "s3", logical)
    const partitions = Object.values(prefix).map((start) => join(folder, start, `run_date=${runDate}`))
    await Promise.all(partitions.map((partition) => rm(partition, { recursive: true, force: true })))
    for (const key of keys) {
      const bytes = await readBytes(cloud.clients.s3, physical, key)
      if (bytes !== undefined) await put(join(folder, pathOf(key)), bytes)
    }
  }
  for (const { logical, physical } of names.tables) {
    const path = join(directory, "dynamodb", `${logical}.json`)
    const items = await withOtherDays(await readTableItems(stack, physical), path, runDate)
    await put(path, `${JSON.stringify(items, undefined, 2)}\n`)
  }
  for (const { logical } of names.functions) {
    const lines = logs.get(logical) ?? []
    await put(join(directory, "logs", `${logical}.log`), lines.map((line) => `${line}\n`).join(""))
  }
}
