import { assert } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { csvKey, enrichedPrefix } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { readDayRows } from "../../local/run/RunResult.ts"
import type { Operating } from "./operating.ts"

/**
 * The run is complete, the command says so, and nothing is there twice or left behind: one object, one row of the CSV
 * and one of the table for each movie, and all queues are empty.
 */
export const expectWhole = async ({ warm, etl }: Operating, runDate: RunDate, total: number): Promise<void> => {
  const { code, stdout, stderr } = await etl("status", runDate, "--json")
  assert.strictEqual(stderr, "")
  const { end, movies } = JSON.parse(stdout)
  assert.deepStrictEqual(end, { state: "complete", csvKey: csvKey(runDate), tableItems: total })
  assert.strictEqual(code, 0)

  const ids: ReadonlyArray<string> = movies.map(({ imdbId }: { imdbId: string }) => imdbId)
  assert.strictEqual(new Set(ids).size, total)
  const keys = [...(await warm.objects(enrichedPrefix(runDate))).keys()]
  assert.sameMembers(
    keys,
    ids.map((id) => `${enrichedPrefix(runDate)}${id}.json`)
  )
  const csv = (await warm.objects(csvKey(runDate))).get(csvKey(runDate)) ?? ""
  const rows: ReadonlyArray<Record<string, string>> = parse(csv, { columns: true })
  assert.deepStrictEqual(
    rows.map((row) => row["imdb_id"]),
    [...ids]
  )
  const items = await readDayRows(warm.stack, runDate)
  assert.deepStrictEqual(
    items.map(({ imdbId }) => imdbId),
    [...ids]
  )
  for (const { logical, url } of warm.stack.names.queues) {
    const { visible, blocked, inFlight, delayed } = await warm.stack.cloud.queues.depth(url)
    assert.deepStrictEqual([visible, blocked, inFlight.length, delayed.length], [0, 0, 0, 0], logical)
  }
}
