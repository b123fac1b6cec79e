import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { manifestKey, prefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { exists, type OutputFolder } from "./outputFolder.ts"
import { listKeys, readBytes, readTableItems } from "./storedData.ts"

/**
 * Writes `s3/<bucket>/<key>`, `dynamodb/<table>.json` and `logs/<function>.log`, with logical names. Results of other
 * days stay; those of the run's day are replaced, except by a run that was not exported. Returns why the logs could not be
 * written, if so: they do not end a run.
 */
export const writeResults = async (
  stack: LocalStack,
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  folder: OutputFolder,
  runDate: RunDate
): Promise<string | undefined> => {
  const { buckets, functions } = stack.names
  const failure = await writeLogs(functions, logs, join(folder.directory, "logs")).then(
    () => undefined,
    (cause: unknown) => `The logs were not written: ${cause instanceof Error ? cause.message : String(cause)}`
  )
  const manifest = manifestKey(runDate)
  const keys = await Promise.all(buckets.map(({ physical }) => listKeys(stack.cloud.clients.s3, physical)))
  const earlier = await Promise.all(
    buckets.map(({ logical }) => exists(join(folder.directory, "s3", logical, manifest)))
  )
  if (earlier.includes(true) && !keys.flat().includes(manifest)) return failure
  await folder.replace(async (staged) => {
    await writeObjects(stack, staged, runDate)
    await writeTables(stack, folder.directory, staged, runDate)
  }, isWhole(runDate))
  return failure
}

/** The day's folder below each prefix, and every other folder of a bucket. */
const isWhole = (runDate: RunDate) => (path: string) => {
  const [service, _bucket, start, partition, ...rest] = path.split("/")
  if (service !== "s3" || start === undefined) return false
  const isPrefix = Object.values<string>(prefix).includes(`${start}/`)
  return rest.length === 0 && (isPrefix ? partition === `run_date=${runDate}` : partition === undefined)
}

const write = async (path: string, content: Uint8Array | string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

const writeLogs = async (
  functions: LocalStack["names"]["functions"],
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  folder: string
) => {
  for (const { logical } of functions) {
    const partial = join(folder, `${logical}.log.part`)
    await write(partial, (logs.get(logical) ?? []).map((line) => `${line}\n`).join(""))
    await rename(partial, join(folder, `${logical}.log`))
  }
}

const writeObjects = async ({ cloud, names }: LocalStack, staged: string, runDate: RunDate) => {
  for (const { logical, physical } of names.buckets) {
    const folder = join(staged, "s3", logical)
    for (const start of Object.values(prefix))
      await mkdir(join(folder, start, `run_date=${runDate}`), { recursive: true })
    const keys = await listKeys(cloud.clients.s3, physical)
    for (const [key, path] of pathsOf(keys)) {
      const bytes = await readBytes(cloud.clients.s3, physical, key)
      if (bytes !== undefined) await write(join(folder, path), bytes)
    }
  }
}

/**
 * The relative path of each key. What has no meaning in S3 but one in a path is encoded: `.`, `..`, empty parts, and a key
 * that is also the folder of another one, such as `a` beside `a/b`.
 */
export const pathsOf = (keys: ReadonlyArray<string>): ReadonlyArray<readonly [key: string, path: string]> => {
  const folders = new Set(
    keys.flatMap((key) => key.split("/").map((_, index, parts) => parts.slice(0, index).join("/")))
  )
  const encode = (part: string) => {
    const named = part.replaceAll("%", "%25").replaceAll("\0", "%00")
    return /^\.{0,2}$/.test(named) ? named.replaceAll(".", "%2E") || "%2F" : named
  }
  return keys.map((key) => [key, key.split("/").map(encode).join("/") + (folders.has(key) ? "%2F" : "")])
}

type Item = Readonly<Record<string, unknown>>

const decodeItems = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))
)

/** The items, and those of other days that the file already holds, by movie and day. */
const withOtherDays = async (items: ReadonlyArray<Item>, file: string, runDate: RunDate) => {
  const text = await readFile(file, "utf8").catch(() => "[]")
  const earlier = Option.getOrElse(decodeItems(text), (): ReadonlyArray<Item> => [])
  const keyOf = ({ imdbId, runDate }: Item) => `${imdbId} ${runDate}`
  return [...earlier.filter((item) => item["runDate"] !== runDate), ...items].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1
  )
}

const writeTables = async (stack: LocalStack, directory: string, staged: string, runDate: RunDate) => {
  for (const { logical, physical } of stack.names.tables) {
    const file = join("dynamodb", `${logical}.json`)
    const items = await withOtherDays(await readTableItems(stack, physical), join(directory, file), runDate)
    await write(join(staged, file), `${JSON.stringify(items, undefined, 2)}\n`)
  }
}
