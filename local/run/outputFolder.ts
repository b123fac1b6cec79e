import { constants } from "node:fs"
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { prefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { listKeys, readBytes, readTableItems } from "./storedData.ts"

/** A key as a relative path. `.`, `..` and empty parts have no meaning in S3, so they are encoded. */
const pathOf = (key: string): string =>
  key
    .split("/")
    .map((part) => (/^\.{0,2}$/.test(part) ? part.replaceAll(".", "%2E") || "%2F" : part.replaceAll("\0", "%00")))
    .join("/")

/** Replaces the file in one step, so that it never holds half of its content. */
const replaceFile = async (path: string, bytes: Uint8Array | string) => {
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.part`
  await writeFile(partial, bytes)
  await rename(partial, path)
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The folder of the results. One run uses it at a time: two runs would delete each other's results. */
export interface OutputFolder {
  readonly directory: string
  readonly release: () => Promise<void>
}

const claim = async (directory: string): Promise<OutputFolder> => {
  const lockFile = join(directory, ".in-use")
  const owner = Number(await readFile(lockFile, "utf8").catch(() => ""))
  if (owner > 0 && isAlive(owner)) {
    throw new CannotRun({
      message: `--out ${directory} is in use by another run, process ${owner}: wait until it has ended or give another folder.`
    })
  }
  await writeFile(lockFile, `${process.pid}`)
  return { directory, release: () => rm(lockFile, { force: true }) }
}

const toCannotRun = (out: string) => (cause: unknown) => {
  if (cause instanceof CannotRun) throw cause
  throw new CannotRun({
    message: `--out ${out} cannot be created or written: ${cause instanceof Error ? cause.message : String(cause)}`
  })
}

/** Creates and locks the folder. Throws CannotRun, before anything runs, where results cannot be written there. */
export const openOutputFolder = async (out: string): Promise<OutputFolder> => {
  const directory = resolve(out)
  return mkdir(directory, { recursive: true })
    .then(() => access(directory, constants.W_OK))
    .then(() => claim(directory))
    .catch(toCannotRun(out))
}

type Item = Readonly<Record<string, unknown>>

const decodeItems = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))
)

/** The items, and those of other days that the file already holds, by movie and day. */
const withOtherDays = async (items: ReadonlyArray<Item>, path: string, runDate: RunDate) => {
  const text = await readFile(path, "utf8").catch(() => "[]")
  const earlier = Option.getOrElse(decodeItems(text), (): ReadonlyArray<Item> => [])
  const keyOf = ({ imdbId, runDate }: Item) => `${imdbId} ${runDate}`
  return [...earlier.filter((item) => item["runDate"] !== runDate), ...items].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1
  )
}

/**
 * Writes `s3/<bucket>/<key>`, `dynamodb/<table>.json` and `logs/<function>.log`, with logical names. Results of other
 * days stay; those of the run's day are replaced.
 */
export const writeResults = async (
  stack: LocalStack,
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  { directory }: OutputFolder,
  runDate: RunDate
): Promise<void> => {
  try {
    await writeObjects(stack, directory, runDate)
    await writeTables(stack, directory, runDate)
    for (const { logical } of stack.names.functions) {
      const lines = logs.get(logical) ?? []
      await replaceFile(join(directory, "logs", `${logical}.log`), lines.map((line) => `${line}\n`).join(""))
    }
  } catch (cause) {
    toCannotRun(directory)(cause)
  }
}

const writeObjects = async ({ cloud, names }: LocalStack, directory: string, runDate: RunDate) => {
  for (const { logical, physical } of names.buckets) {
    const folder = join(directory, "s3", logical)
    const partitions = Object.values(prefix).map((start) => join(folder, start, `run_date=${runDate}`))
    const keys = await listKeys(cloud.clients.s3, physical)
    await Promise.all(partitions.map((partition) => rm(partition, { recursive: true, force: true })))
    for (const key of keys) {
      const bytes = await readBytes(cloud.clients.s3, physical, key)
      if (bytes !== undefined) await replaceFile(join(folder, pathOf(key)), bytes)
    }
  }
}

const writeTables = async (stack: LocalStack, directory: string, runDate: RunDate) => {
  for (const { logical, physical } of stack.names.tables) {
    const path = join(directory, "dynamodb", `${logical}.json`)
    const items = await withOtherDays(await readTableItems(stack, physical), path, runDate)
    await replaceFile(path, `${JSON.stringify(items, undefined, 2)}\n`)
  }
}
