import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Option from "effect/Option"
import { csvKey, manifestKey, prefix, runDateOfCsvKey } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"

/** The report compares with so many earlier runs at most. */
const maxRuns = 30

/**
 * Puts the CSVs and manifests of earlier days, which the folder of the results holds, in the local bucket: the report shows
 * movement against them. Nothing starts from these objects.
 */
export const restoreEarlierRuns = async ({ cloud, names }: LocalStack, directory: string, runDate: RunDate) => {
  for (const { logical, physical } of names.buckets) {
    const folder = join(directory, "s3", logical)
    const entries = await readdir(join(folder, prefix.csv)).catch(() => [])
    const runDates = entries
      .flatMap((entry) => runDateOfCsvKey(`${prefix.csv}${entry}/movies.csv`).pipe(Option.toArray))
      .filter((earlier) => earlier < runDate)
      .sort()
      .slice(-maxRuns)
    for (const key of runDates.flatMap((earlier) => [csvKey(earlier), manifestKey(earlier)])) {
      const bytes = await readFile(join(folder, key)).catch(() => undefined)
      if (bytes !== undefined) await cloud.restoreObject(physical, key, bytes)
    }
  }
}
