import { assert, describe, it } from "@effect/vitest"
import { csvKey, enrichedKey, manifestKey } from "../../domain/keys.ts"
import type { Fault, FaultAt } from "../../local/faults/FaultSchedule.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import {
  accessDenied,
  completesWith,
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
  it.each([
    ["its export request", "SendMessageBatch", 0],
    ["its roster", "PutObject", 0],
    ["its first batch of messages", "SendMessageBatch", 1]
  ] as const)(
    "starts the run again, and calls OMDb once for each movie, after stage 1 was killed after %s",
    async (...[_, operation, skip]) => {
      const shared = current()
      const fault = killed("killAfter", { function: "GetMoviesAndSendToQueue", operation, skip })
      await completesWith(shared, [fault], { top: 25 })
      assert.strictEqual(shared.omdb.calls.length, 25)
      assert.match(shared.logs(), /Runtime exited with error/)
    }
  )

  it("publishes a run without a movie when stage 1 is killed after the roster at all three attempts", async () => {
    const shared = current()
    const selector = { function: "GetMoviesAndSendToQueue", operation: "PutObject", times: "always" } as const
    const { summary, outcome } = await runWith(shared, [killed("killAfter", selector)])
    assert.deepStrictEqual([summary.complete, summary.pending, summary.tableItems], [false, [...topTen], 0])
    assert.deepStrictEqual([outcome.unqueued, outcome.csv?.split("\r\n").length], [[...topTen], 2])
    assert.strictEqual(outcome.deadLetters["failed-runs"]?.length, 1)
    assert.strictEqual(summary.failures[0]?.function, "GetMoviesAndSendToQueue")
    assert.strictEqual(shared.logs().match(/Runtime exited with error/g)?.length, 3)
    await runAgain(shared, summary.runDate)
  })

  it("keeps the object after stage 2 was killed between it and its export message", async () => {
    const shared = current()
    const writes = countWrites(shared)
    const runDate = await completesWith(shared, [
      killed("killAfter", { function: "EnrichAndStoreMovie", ...putEnriched })
    ])
    assert.strictEqual(writes.get(enrichedKey(runDate, fifth)), 1)
  })

  it("publishes the other movies, in a second run of the date too, when a movie kills stage 2 at every receive", async () => {
    const shared = current()
    const selector = { function: "EnrichAndStoreMovie", ...putEnriched, times: "always" } as const
    const { summary, outcome } = await runWith(shared, [killed("killBefore", selector)])
    assert.deepStrictEqual([summary.enriched, summary.tableItems, summary.pending], [9, 9, [fifth]])
    assert.deepStrictEqual([outcome.gaps, outcome.deadLettered], [{}, [fifth]])
    assert.strictEqual(outcome.deadLetters["movies-dead-letters"]?.length, 1)

    const { runDate } = summary
    const second = await shared.run({ runDate, top: 5 })
    assert.deepStrictEqual(
      [second.tableItems, second.pending, second.deadLetters["movies-dead-letters"]],
      [4, [fifth], 2]
    )
    await checkRun(shared, runDate)
    await runAgain(shared, runDate)
  })

  it("exports the movie after a redrive when stage 2 is killed on its last receive, after the object", async () => {
    const shared = current()
    const fault = killed("killAfter", { function: "EnrichAndStoreMovie", ...putEnriched })
    const { summary, outcome } = await runWith(shared, [untilLastReceive, fault])
    assert.deepStrictEqual([summary.complete, outcome.enriched, summary.tableItems], [false, [...topTen], 9])
    assert.strictEqual(outcome.deadLetters["movies-dead-letters"]?.length, 1)
    await redrive(shared, "movies", summary.runDate)
  })

  it("writes CSV and manifest after stage 3 was killed between the two", async () => {
    const shared = current()
    const writes = countWrites(shared)
    const fault = killed("killAfter", { function: "ExportMoviesToCsv", operation: "PutObject", key: "csv/" })
    const runDate = await completesWith(shared, [fault])
    assert.deepStrictEqual([writes.get(csvKey(runDate)), writes.get(manifestKey(runDate))], [1, 1])
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
    const today = new Date().toISOString().slice(0, 10)
    const keysOfToday = async () => [...(await shared.objects()).keys()].filter((key) => key.includes(today))
    const before = await keysOfToday()
    // Stage 1 of the first day fails a second before midnight, so that its retry and the next day's run come together.
    shared.applyFaults(forbiddenList)
    await stack.lambda.fireSchedule(schedule, new Date(`${days[0]}T23:59:59Z`))
    await stack.lambda.fireSchedule(schedule, new Date(`${days[1]}T00:00:01Z`))
    await stack.lambda.idle()
    assert.deepStrictEqual(shared.unmetFaults(), [])
    for (const day of days) assert.deepStrictEqual((await checkRun(shared, day)).enriched, [...topTen])
    assert.deepStrictEqual(await keysOfToday(), before)
  })
})
