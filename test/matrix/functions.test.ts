import { assert, describe, it } from "@effect/vitest"
import { csvKey, enrichedKey, manifestKey } from "../../domain/keys.ts"
import type { Fault, FaultAt } from "../../local/faults/FaultSchedule.ts"
import { explainIncomplete } from "../../local/run/formatRun.ts"
import { readRunResult } from "../../local/run/RunResult.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import {
  accessDenied,
  completesWith,
  countRecords,
  countWrites,
  fifth,
  forbiddenList,
  redrive,
  runAgain,
  runWith,
  topTen
} from "./failureTests.ts"
import { checkRun } from "./runOutcome.ts"

const killed = (kind: "killBefore" | "killAfter", selector: Omit<FaultAt<"aws">, "at" | "what">): Fault => ({
  at: "aws",
  what: { kind },
  ...selector
})
const putEnriched = { operation: "PutObject", key: "enriched/", imdbId: fifth } as const
/** S3 refuses the object at seven receives, so that the eighth and last one meets the kill. */
const untilLastReceive: Fault = { at: "aws", ...putEnriched, times: 7, what: accessDenied }

const { current } = useSharedStack()

describe("a killed function", () => {
  it("sends all messages again after stage 1 was killed between two batches", async () => {
    const shared = current()
    const fault = killed("killAfter", { function: "GetMoviesAndSendToQueue", operation: "SendMessageBatch" })
    await completesWith(shared, [fault], { top: 25 })
    assert.strictEqual(shared.omdb.calls.length, 35)
    assert.match(shared.logs(), /Runtime exited with error/)
  })

  it("leaves the run's event in failed-runs when stage 1 is killed at all three attempts", async () => {
    const shared = current()
    const selector = { function: "GetMoviesAndSendToQueue", operation: "SendMessageBatch", times: "always" } as const
    const { summary, outcome } = await runWith(shared, [killed("killBefore", selector)])
    assert.isFalse(summary.complete)
    assert.deepStrictEqual(outcome.unqueued, [...topTen])
    assert.strictEqual(outcome.deadLetters["failed-runs"]?.length, 1)
    assert.strictEqual(summary.failures[0]?.function, "GetMoviesAndSendToQueue")
    assert.strictEqual(shared.logs().match(/Runtime exited with error/g)?.length, 3)
    await runAgain(shared, summary.runDate)
  })

  it("writes the same object again after stage 2 was killed between the object and its export message", async () => {
    const shared = current()
    const writes = countWrites(shared)
    const runDate = await completesWith(shared, [
      killed("killAfter", { function: "EnrichAndStoreMovie", ...putEnriched })
    ])
    assert.strictEqual(writes.get(enrichedKey(runDate, fifth)), 2)
  })

  it("leaves only a dead letter when stage 2 is killed on a movie's last receive", async () => {
    const shared = current()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    const fault = killed("killBefore", { function: "EnrichAndStoreMovie", ...putEnriched })
    const { summary, outcome } = await runWith(shared, [untilLastReceive, fault])
    assert.deepStrictEqual([outcome.enriched.length, outcome.gaps, outcome.deadLettered], [9, {}, [fifth]])
    assert.deepStrictEqual(records, { deleted: 9, failed: 8 })
    const sentence = explainIncomplete(summary, await readRunResult(shared.stack, summary.runDate))
    assert.include(sentence, fifth)
    assert.include(sentence, "1 in movies-dead-letters")
    await redrive(shared, "movies", summary.runDate)
  })

  it("exports nothing until the redrive when stage 2 is killed on the last receive, after the object", async () => {
    const shared = current()
    const fault = killed("killAfter", { function: "EnrichAndStoreMovie", ...putEnriched })
    const { summary, outcome } = await runWith(shared, [untilLastReceive, fault])
    assert.deepStrictEqual([summary.complete, outcome.enriched, outcome.csv], [false, [...topTen], undefined])
    assert.strictEqual(outcome.deadLetters["movies-dead-letters"]?.length, 1)
    await redrive(shared, "movies", summary.runDate)
  })

  it("writes CSV and manifest after stage 3 was killed between the two", async () => {
    const shared = current()
    const writes = countWrites(shared)
    const fault = killed("killAfter", { function: "ExportMoviesToCsv", operation: "PutObject", key: "csv/" })
    const runDate = await completesWith(shared, [fault])
    assert.deepStrictEqual([writes.get(csvKey(runDate)), writes.get(manifestKey(runDate))], [2, 1])
  })

  it("puts every row after stage 4 was killed between two rows", async () => {
    await completesWith(current(), [
      killed("killAfter", { function: "LoadCsvToDynamoDb", operation: "PutItem", skip: 4 })
    ])
  })
})

describe("a warm function", () => {
  it("writes each of two runs around midnight under its own date", async () => {
    const shared = current()
    const { stack, newRunDate } = shared
    const schedule = stack.names.schedules[0]?.physical ?? ""
    const days = [newRunDate(), newRunDate()] as const
    // Stage 1 of the first day fails a second before midnight, so that its retry and the next day's run come together.
    shared.applyFaults(forbiddenList)
    await stack.lambda.fireSchedule(schedule, new Date(`${days[0]}T23:59:59Z`))
    await stack.lambda.fireSchedule(schedule, new Date(`${days[1]}T00:00:01Z`))
    await stack.lambda.idle()
    assert.deepStrictEqual(shared.unmetFaults(), [])
    for (const day of days) assert.deepStrictEqual((await checkRun(shared, day)).enriched, [...topTen])
    const today = new Date().toISOString().slice(0, 10)
    assert.deepStrictEqual(
      [...(await shared.objects()).keys()].filter((key) => key.includes(today)),
      []
    )
  })
})
