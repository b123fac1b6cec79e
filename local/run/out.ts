import { mkdir, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import type { RunDate } from "../../domain/RunDate.ts"
import { CannotRun } from "../CannotRun.ts"
import type { LocalStack } from "../LocalStack.ts"
import { bytesOf, keysOf } from "./bucket.ts"
import { itemsOf } from "./DayRow.ts"

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

/** Checks before anything runs that the results can be put there. */
export const prepareOut = async (out: string): Promise<string> => {
  const directory = resolve(out)
  try {
    await mkdir(directory, { recursive: true })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CannotRun(`--out ${out} cannot be made or written: ${why}`)
  }
  return directory
}

/** Lays the run's results out as a person would look for them: `s3/<bucket>/<key>`, `logs/<function>.log`. */
export const writeOut = async (
  stack: LocalStack,
  logs: ReadonlyMap<string, ReadonlyArray<string>>,
  directory: string,
  runDate: RunDate
): Promise<void> => {
  const { cloud, names } = stack
  for (const { logical, physical } of names.buckets) {
    const keys = await keysOf(cloud.clients.s3, physical)
    const folder = join(directory, "s3", logical)
    // The day's own objects of an earlier run go; other days' stay.
    const partitions = ["enriched", "gaps", "runs", "csv"].map((prefix) => join(folder, prefix, `run_date=${runDate}`))
    await Promise.all(partitions.map((partition) => rm(partition, { recursive: true, force: true })))
    for (const key of keys) {
      const bytes = await bytesOf(cloud.clients.s3, physical, key)
      if (bytes !== undefined) await put(join(folder, pathOf(key)), bytes)
    }
  }
  for (const { logical, physical } of names.tables) {
    const items = await itemsOf(stack, physical)
    await put(join(directory, "dynamodb", `${logical}.json`), `${JSON.stringify(items, undefined, 2)}\n`)
  }
  for (const { logical } of names.functions) {
    const lines = logs.get(logical) ?? []
    await put(join(directory, "logs", `${logical}.log`), lines.map((line) => `${line}\n`).join(""))
  }
}
