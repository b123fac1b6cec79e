import { assert, describe, it } from "@effect/vitest"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import { accessDenied, completesWith, countRecords, fifth, redrive, runAgain, runWith, topTen } from "./failureTests.ts"

const putEnriched = { at: "s3", operation: "PutObject", key: "enriched/", imdbId: fifth } as const

describe("a failing service", () => {
  const { current } = useSharedStack()

  it("retries after four hours when OMDb's daily limit is reached at the fourth movie", async () => {
    const shared = current()
    await completesWith(shared, [{ at: "omdb", skip: 3, times: 3, what: { kind: "quota" } }])
    // Ten enriched and three refused: the other movies of a refused batch cost no call.
    assert.strictEqual(shared.omdb.calls.length, 13)
    const delays = [...shared.logs().matchAll(/"message":"Retry deferred".*"seconds":(\d+)/g)].map(([, seconds]) =>
      Number(seconds)
    )
    assert.isAbove(delays.length, 4)
    for (const seconds of delays) assert.isAtLeast(seconds, 4 * 3600)
  })

  it("leaves gaps and dead letters after eight receives when OMDb's daily limit stays reached", async () => {
    const shared = current()
    const { summary, outcome } = await runWith(shared, [
      { at: "omdb", skip: 3, times: "always", what: { kind: "quota" } }
    ])
    assert.strictEqual(outcome.enriched.length, 3)
    assert.deepStrictEqual(Object.values(outcome.gaps), Array(7).fill("QuotaExhausted"))
    assert.strictEqual(outcome.deadLetters["movies-dead-letters"]?.length, 7)
    assert.isAtMost(shared.omdb.calls.length, 3 + 7 * 8)
    await redrive(shared, "movies", summary.runDate)
  })

  it("exports nine rows and a gap for a movie that OMDb does not have", async () => {
    const shared = current()
    const { summary, outcome } = await runWith(shared, [{ at: "omdb", imdbId: fifth, what: { kind: "unknownMovie" } }])
    assert.deepStrictEqual([summary.complete, outcome.enriched.length], [false, 9])
    assert.deepStrictEqual([outcome.gaps, outcome.deadLetters], [{ [fifth]: "MovieNotFound" }, {}])
    assert.strictEqual(shared.omdb.calls.length, 10)
    await runAgain(shared, summary.runDate)
  })

  it("leaves the run's event in failed-runs when SQS refuses one message at every attempt", async () => {
    const shared = current()
    const what = { kind: "refuseEntries", code: "InvalidMessageContents", senderFault: true } as const
    const queue = { at: "sqs", operation: "SendMessageBatch", queue: "movies", imdbId: fifth } as const
    const { summary, outcome } = await runWith(shared, [{ ...queue, times: "always", what }])
    assert.deepStrictEqual([outcome.enriched.length, outcome.unqueued], [9, [fifth]])
    assert.strictEqual(outcome.deadLetters["failed-runs"]?.length, 1)
    assert.include(summary.failures[0]?.detail, "InvalidMessageContents")
    await runAgain(shared, summary.runDate)
  })

  it("receives the messages again when SQS's reply to a receive is lost", async () => {
    const shared = current()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    await completesWith(shared, [
      { at: "sqs", operation: "ReceiveMessage", queue: "movies", what: { kind: "answerLost" } }
    ])
    assert.strictEqual(records.failed, 0)
  })

  it("retries after the queue's visibility timeout when SQS refuses to change it", async () => {
    const shared = current()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    await completesWith(shared, [
      { ...putEnriched, what: accessDenied },
      { at: "sqs", operation: "ChangeMessageVisibility", queue: "movies", what: accessDenied }
    ])
    assert.strictEqual(records.failed, 1)
    assert.match(shared.logs(), /Retry not deferred/)
  })

  it("retries one movie when S3 throttles it more often than the SDK retries", async () => {
    const shared = current()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    await completesWith(shared, [{ ...putEnriched, times: 3, what: { kind: "throttle" } }])
    assert.deepStrictEqual(records, { deleted: 10, failed: 1 })
  })

  it("leaves an export message in its dead-letter queue when S3 refuses the CSV", async () => {
    const shared = current()
    const fault: Fault = { at: "s3", operation: "PutObject", key: "csv/", times: "always", what: accessDenied }
    const { summary, outcome } = await runWith(shared, [fault])
    assert.deepStrictEqual([summary.complete, outcome.enriched, outcome.csv], [false, [...topTen], undefined])
    assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["exports-dead-letters"])
    await redrive(shared, "exports", summary.runDate)
  })

  it("leaves the CSV's notification in its dead-letter queue when DynamoDB refuses a row", async () => {
    const shared = current()
    const what = { kind: "fail", status: 400, code: "AccessDeniedException" } as const
    const { summary, outcome } = await runWith(shared, [
      { at: "dynamodb", operation: "PutItem", imdbId: fifth, times: "always", what }
    ])
    assert.deepStrictEqual([summary.complete, outcome.enriched.length], [false, 10])
    assert.isBelow(summary.tableItems, 10)
    assert.isDefined(outcome.csv)
    assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["loads-dead-letters"])
    assert.strictEqual(outcome.deadLetters["loads-dead-letters"]?.length, 1)
    await redrive(shared, "loads", summary.runDate)
  })
})
