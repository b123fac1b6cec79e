import { createHash } from "node:crypto"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { csvKey } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { readRunResult } from "../../local/run/RunResult.ts"
import { readTableItems } from "../../local/run/storedData.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { type SharedStack, sharedOmdbKey } from "../local/sharedStack.ts"
import { lettersIn } from "./letters.ts"

/** How each movie of a run's roster ended; a movie is in one list only. */
export interface Account {
  /** In order of rank. */
  readonly enriched: ReadonlyArray<string>
  /** Why, by id. */
  readonly gaps: Readonly<Record<string, string>>
  /** Neither, and in the movies queue's dead letters. */
  readonly dead: ReadonlyArray<string>
  /** Neither, and the run's own event is a dead letter. */
  readonly withRun: ReadonlyArray<string>
  /** The texts in each dead-letter queue that is not empty. */
  readonly letters: Readonly<Record<string, ReadonlyArray<string>>>
  /** Absent where there is none. */
  readonly csv: string | undefined
}

const ours =
  /^((enriched|gaps)\/run_date=\d{4}-\d\d-\d\d\/tt\d{7,8}\.json|runs\/run_date=\d{4}-\d\d-\d\d\/(roster|manifest)\.json|csv\/run_date=\d{4}-\d\d-\d\d\/movies\.csv)$/

const ids = (movies: ReadonlyArray<{ readonly imdbId: string }>) => movies.map(({ imdbId }) => imdbId)

const expectNothingLeft = async ({ stack }: SharedStack) => {
  for (const { logical, url, isDeadLetterQueue } of stack.names.queues) {
    const { visible, blocked, inFlight, delayed } = await stack.cloud.queues.depth(url)
    if (!isDeadLetterQueue) assert.deepStrictEqual([visible, blocked, inFlight, delayed], [0, 0, [], []], logical)
  }
}

const expectNoKey = (warm: SharedStack, texts: Iterable<string>) => {
  for (const text of [warm.logs(), ...warm.messages(), ...texts]) {
    assert.notInclude(text, sharedOmdbKey)
    assert.notInclude(text, "rotated-")
  }
}

/** The day's items, in order of rank and without what says where they were loaded from. */
const tableRows = async ({ stack }: SharedStack, runDate: RunDate) =>
  (await readTableItems(stack, stack.names.tables[0]?.physical ?? ""))
    .filter((item) => item["runDate"] === runDate)
    .map(({ loadedFrom: _, ...item }) => item)
    .sort((one, other) => Number(one["rank"]) - Number(other["rank"]))

/**
 * Holds what every run promises, whatever happened to it: each movie of the roster is enriched, else a gap with a
 * reason, else a dead letter; the CSV has the enriched in order of rank, the manifest says so, and the table has the
 * CSV's rows; nothing is left on a queue, nothing was written elsewhere and the API key is nowhere.
 */
export const accountedFor = async (warm: SharedStack, runDate: RunDate): Promise<Account> => {
  const { roster, enriched, gaps, pending: missing, manifest } = await readRunResult(warm.stack, runDate)
  const letters = await lettersIn(warm)
  const objects = await warm.objects()
  for (const key of objects.keys()) assert.match(key, ours)
  const csv = objects.get(csvKey(runDate))
  await expectNothingLeft(warm)
  expectNoKey(warm, [...objects.keys(), ...objects.values(), ...Object.values(letters).flat()])

  const runLetters = [...(letters["failed-runs"] ?? []), ...(letters["daily-dead-letters"] ?? [])]
  const runIsDead = runLetters.some((letter) => letter.includes(runDate))
  const isDead = (id: string) =>
    letters["movies-dead-letters"]?.some((letter) => letter.includes(id) && letter.includes(runDate)) ?? false
  const dead = missing.filter(isDead)
  const withRun = missing.filter((id) => !isDead(id))
  if (roster === undefined || withRun.length > 0) assert.isTrue(runIsDead, `${withRun} ended nowhere`)
  for (const { reason, detail } of gaps) assert.isTrue(reason !== "" && detail !== "")

  const awaited = [...(letters["movies-dead-letters"] ?? []), ...(letters["exports-dead-letters"] ?? [])]
  const waits = manifest === undefined && awaited.some((letter) => letter.includes(runDate))
  if (roster === undefined || missing.length > 0 || waits) {
    assert.isUndefined(manifest)
    assert.isUndefined(csv)
  } else {
    const rows = await Effect.runPromise(parseCsv(csv ?? ""))
    assert.deepStrictEqual(
      rows.map(({ row }) => row.imdbId),
      ids(enriched)
    )
    const sha256 = createHash("sha256")
      .update(csv ?? "")
      .digest("hex")
    assert.deepInclude(manifest, { total: roster.total, enriched: enriched.length, sha256 })
    assert.deepStrictEqual(ids(manifest?.gaps ?? []), ids(gaps))
    // Else the CSV's arrival is accounted for there.
    if (letters["loads-dead-letters"] === undefined) {
      assert.deepStrictEqual(
        await tableRows(warm, runDate),
        rows.map(({ row }) => ({ ...row }))
      )
    }
  }
  return {
    enriched: ids(enriched),
    gaps: Object.fromEntries(gaps.map(({ imdbId, reason }) => [imdbId, reason])),
    dead,
    withRun,
    letters,
    csv
  }
}
