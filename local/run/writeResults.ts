import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { latestKey, latestPrefix, manifestKey, prefix, runFolders } from "../../domain/keys.ts"
import { Manifest } from "../../domain/Run.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { pathsOf } from "./objectPaths.ts"
import type { OutputFolder } from "./outputFolder.ts"
import { listKeys, readBytes, readTableItems, readText } from "./storedData.ts"

/**
 * Writes `s3/<bucket>/<key>`, `dynamodb/<table>.json`, `sns/<topic>.json` and `logs/<function>.log`, with logical names. Results of other
 * days stay. Those of the run's day are replaced, except by a run that is not complete and has fewer rows. Returns a
 * sentence for each part that was not written: logs do not end a run, and earlier results may be better.
 */
export const writeResults = async (
  stack: LocalStack,
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  folder: OutputFolder,
  runDate: RunDate
): Promise<ReadonlyArray<string>> => {
  const { functions } = stack.names
  const sentences = await writeLogs(functions, logs, join(folder.directory, "logs")).then(
    () => [],
    (cause: unknown) => [`The logs were not written: ${cause instanceof Error ? cause.message : String(cause)}`]
  )
  const earlier = await earlierExport(stack, folder.directory, runDate)
  const current = await currentExport(stack, runDate)
  if (keepsEarlier(earlier, current)) {
    // The closing output says it of a run that was not exported.
    if (current === undefined) return sentences
    const counts = `${earlier?.rows} rows, this one has ${current.rows}`
    return [...sentences, `--out still holds the results of an earlier run of ${runDate}: it has ${counts}.`]
  }
  await folder.replace(async (staged) => {
    await writeObjects(stack, folder.directory, staged, runDate)
    await writeTables(stack, folder.directory, staged, runDate)
    await writeTopics(stack, staged)
  }, isWhole(runDate))
  return sentences
}

interface Export {
  readonly complete: boolean
  /** Of the CSV. */
  readonly enriched: number
  /** That are in the table, too. */
  readonly rows: number
}

/** Whether the results in the folder stay: `current` is not complete, and they have more rows. Undefined: not exported. */
export const keepsEarlier = (earlier: Export | undefined, current: Export | undefined): boolean => {
  const isWhole = current?.complete === true && current.rows === current.enriched
  return !isWhole && earlier !== undefined && earlier.rows > (current?.rows ?? -1)
}

const decodeManifest = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ complete: Manifest.fields.complete, enriched: Manifest.fields.enriched }))
)

const exportOf = (manifest: string | undefined, items: ReadonlyArray<Item>, runDate: RunDate): Export | undefined => {
  if (manifest === undefined) return undefined
  const { complete, enriched } = Option.getOrElse(decodeManifest(manifest), () => ({ complete: false, enriched: 0 }))
  const loaded = items.filter((item) => item["runDate"] === runDate).length
  return { complete, enriched, rows: Math.min(enriched, loaded) }
}

/** Undefined where there is no manifest. */
const earlierExport = async ({ names }: LocalStack, directory: string, runDate: RunDate) => {
  const [bucket, table] = [names.buckets[0]?.logical ?? "", names.tables[0]?.logical ?? ""]
  const manifest = join(directory, "s3", bucket, manifestKey(runDate))
  const text = await readFile(manifest, "utf8").catch(() => undefined)
  return exportOf(text, await readItems(join(directory, tableFile(table))), runDate)
}

const currentExport = async (stack: LocalStack, runDate: RunDate) => {
  const [bucket, table] = [stack.names.buckets[0]?.physical ?? "", stack.names.tables[0]?.physical ?? ""]
  const text = await readText(stack.cloud.clients.s3, bucket, manifestKey(runDate))
  return exportOf(text, await readTableItems(stack, table), runDate)
}

/** The folders that are replaced as a whole, besides those of other days. */
const isWhole = (runDate: RunDate) => {
  const ofRun = new Set([...runFolders(runDate), latestPrefix])
  const prefixes = new Set(Object.values<string>(prefix))
  return (path: string) => {
    const [service, _bucket, ...parts] = path.split("/")
    if (service !== "s3" || parts.length === 0) return false
    return ofRun.has(`${parts.join("/")}/`) || (parts.length === 1 && !prefixes.has(`${parts[0]}/`))
  }
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

const decodeRunDate = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ runDate: Manifest.fields.runDate }))
)

/** Whether the file is the manifest of a later run. */
const isAfter = async (file: string, runDate: RunDate): Promise<boolean> => {
  const text = await readFile(file, "utf8").catch(() => "")
  return Option.exists(decodeRunDate(text), (manifest) => manifest.runDate > runDate)
}

const writeObjects = async ({ cloud, names }: LocalStack, directory: string, staged: string, runDate: RunDate) => {
  for (const { logical, physical } of names.buckets) {
    const folder = join(staged, "s3", logical)
    for (const start of runFolders(runDate)) await mkdir(join(folder, start), { recursive: true })
    const listed = await listKeys(cloud.clients.s3, physical)
    // The local cloud has only this run: its `latest/` must not replace that of a newer one.
    const hasNewer = await isAfter(join(directory, "s3", logical, latestKey.manifest), runDate)
    const keys = hasNewer ? listed.filter((key) => !key.startsWith(latestPrefix)) : listed
    for (const [key, path] of pathsOf(keys)) {
      const bytes = await readBytes(cloud.clients.s3, physical, key)
      if (bytes !== undefined) await write(join(folder, path), bytes)
    }
  }
}

/** What the run published to each topic. */
const writeTopics = async ({ cloud, names }: LocalStack, staged: string) => {
  for (const { logical, physical } of names.topics) {
    const messages = cloud.topics.published(physical)
    if (messages.length > 0) await write(join(staged, "sns", `${logical}.json`), toJson(messages))
  }
}

const toJson = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`

type Item = Readonly<Record<string, unknown>>

const decodeItems = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))
)

const tableFile = (table: string) => join("dynamodb", `${table}.json`)

const readItems = async (file: string): Promise<ReadonlyArray<Item>> => {
  const text = await readFile(file, "utf8").catch(() => "[]")
  return Option.getOrElse(decodeItems(text), () => [])
}

/** The items, and those of other days that the file already holds, by movie and day. */
const withOtherDays = async (items: ReadonlyArray<Item>, file: string, runDate: RunDate) => {
  const earlier = await readItems(file)
  const keyOf = ({ imdbId, runDate }: Item) => `${imdbId} ${runDate}`
  return [...earlier.filter((item) => item["runDate"] !== runDate), ...items].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1
  )
}

const writeTables = async (stack: LocalStack, directory: string, staged: string, runDate: RunDate) => {
  for (const { logical, physical } of stack.names.tables) {
    const file = tableFile(logical)
    const items = await withOtherDays(await readTableItems(stack, physical), join(directory, file), runDate)
    await write(join(staged, file), toJson(items))
  }
}
