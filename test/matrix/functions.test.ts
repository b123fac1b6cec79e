import { assert } from "@effect/vitest"
import { csvKey, enrichedKey, manifestKey } from "../../domain/keys.ts"
import type { Fault, FaultAt } from "../../local/faults/FaultSchedule.ts"
import { explainIncomplete } from "../../local/run/formatRun.ts"
import { readRunResult } from "../../local/run/RunResult.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { counting, settled } from "./counting.ts"
import { matrix } from "./matrix.ts"
import { redrive, runAgain } from "./mending.ts"
import { fifth, topTen } from "./movies.ts"

const dies = (kind: "killBefore" | "killAfter", fault: Omit<FaultAt<"function">, "at" | "what">): Fault => ({
  at: "function",
  what: { kind },
  ...fault
})

/** What dies is tried again, until all are enriched; the crash itself is told. */
const completes = async (warm: SharedStack, fault: Fault, top = 10) => {
  warm.applyFaults(fault)
  const { runDate, complete, enriched } = await warm.run({ top })
  assert.deepStrictEqual([complete, enriched], [true, top])
  await accountedFor(warm, runDate)
  assert.match(warm.logs(), /Runtime exited with error/)
  return runDate
}

matrix("functions", {
  "stage 1 dies in mid fan-out": async (warm) => {
    await completes(warm, dies("killAfter", { function: "GetMoviesAndSendToQueue", operation: "SendMessageBatch" }), 25)
    assert.strictEqual(warm.omdb.calls.length, 35)
  },

  "stage 1 dies before it has queued anything": async (warm) => {
    await completes(warm, dies("killBefore", { function: "GetMoviesAndSendToQueue", operation: "PutObject" }))
    assert.strictEqual(warm.omdb.calls.length, 10)
  },

  "stage 1 dies at every attempt": async (warm) => {
    const fault = { function: "GetMoviesAndSendToQueue", operation: "SendMessageBatch", times: "always" } as const
    warm.applyFaults(dies("killBefore", fault))
    const { runDate, complete, failures } = await warm.run()
    assert.isFalse(complete)
    const { withRun, letters } = await accountedFor(warm, runDate)
    assert.deepStrictEqual(withRun, [...topTen])
    assert.strictEqual(letters["failed-runs"]?.length, 1)
    assert.strictEqual(failures[0]?.function, "GetMoviesAndSendToQueue")
    assert.strictEqual(warm.logs().match(/Runtime exited with error/g)?.length, 3)
    await runAgain(warm, runDate)
  },

  "stage 2 dies before a movie's object is written": async (warm) => {
    await completes(
      warm,
      dies("killBefore", { function: "EnrichAndStoreMovie", operation: "PutObject", key: "enriched/", imdbId: fifth })
    )
  },

  "stage 2 dies after a movie's object is written": async (warm) => {
    const created = counting(warm)
    const runDate = await completes(
      warm,
      dies("killAfter", { function: "EnrichAndStoreMovie", operation: "PutObject", key: "enriched/", imdbId: fifth })
    )
    assert.strictEqual(created(enrichedKey(runDate, fifth)), 2)
  },

  "stage 2 dies after the export message, before the acknowledgement": async (warm) => {
    await completes(
      warm,
      dies("killAfter", { function: "EnrichAndStoreMovie", operation: "SendMessageBatch", imdbId: fifth })
    )
  },

  "stage 2 is killed on a movie's last receive": async (warm) => {
    const batches = settled(warm, "EnrichAndStoreMovie")
    warm.applyFaults(
      {
        at: "s3",
        operation: "PutObject",
        key: "enriched/",
        imdbId: fifth,
        times: 7,
        what: { kind: "fail", status: 403, code: "AccessDenied" }
      },
      dies("killBefore", { function: "EnrichAndStoreMovie", operation: "PutObject", key: "enriched/", imdbId: fifth })
    )
    const summary = await warm.run()
    const { enriched, gaps, dead } = await accountedFor(warm, summary.runDate)
    assert.deepStrictEqual([enriched.length, gaps, dead], [9, {}, [fifth]])
    assert.deepStrictEqual(batches(), { deleted: 9, failed: 8 })
    const said = explainIncomplete(summary, await readRunResult(warm.stack, summary.runDate))
    assert.include(said, `1 of the roster with no end, the first ${fifth}`)
    assert.include(said, "1 in movies-dead-letters")
    await redrive(warm, "movies", summary.runDate)
  },

  "stage 2 is killed on a movie's last receive, after its object is written": async (warm) => {
    const put = { operation: "PutObject", key: "enriched/", imdbId: fifth } as const
    warm.applyFaults(
      { at: "s3", ...put, times: 7, what: { kind: "fail", status: 403, code: "AccessDenied" } },
      dies("killAfter", { function: "EnrichAndStoreMovie", ...put })
    )
    const { runDate, complete } = await warm.run()
    const { enriched, letters, csv } = await accountedFor(warm, runDate)
    assert.deepStrictEqual([complete, enriched, csv], [false, [...topTen], undefined])
    assert.strictEqual(letters["movies-dead-letters"]?.length, 1)
    await redrive(warm, "movies", runDate)
  },

  "stage 3 dies between the CSV and the manifest": async (warm) => {
    const created = counting(warm)
    const runDate = await completes(
      warm,
      dies("killAfter", { function: "ExportMoviesToCsv", operation: "PutObject", key: "csv/" })
    )
    assert.deepStrictEqual([created(csvKey(runDate)), created(manifestKey(runDate))], [2, 1])
  },

  "stage 4 dies in the middle of the rows": async (warm) => {
    await completes(warm, dies("killAfter", { function: "LoadCsvToDynamoDb", operation: "PutItem", skip: 4 }))
  },

  "a run across midnight in a warm container": async (warm) => {
    const { stack, newRunDate: newDay } = warm
    const [schedule = { physical: "" }] = stack.names.schedules
    const days = [newDay(), newDay()] as const
    // The first day's stage 1 fails a second before midnight, so that its retry and the next day's run come together.
    warm.applyFaults({ at: "list", what: { kind: "forbidden" } })
    await stack.lambda.fireSchedule(schedule.physical, new Date(`${days[0]}T23:59:59Z`))
    await stack.lambda.fireSchedule(schedule.physical, new Date(`${days[1]}T00:00:01Z`))
    await stack.lambda.idle()
    for (const day of days) assert.deepStrictEqual((await accountedFor(warm, day)).enriched, [...topTen])
    const today = new Date().toISOString().slice(0, 10)
    assert.deepStrictEqual(
      [...(await warm.objects()).keys()].filter((key) => key.includes(today)),
      []
    )
  }
})
