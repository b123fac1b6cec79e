import { assert, describe, it } from "@effect/vitest"
import { reportKey } from "../../domain/keys.ts"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import { readFaultSchedule } from "../../local/faults/readFaultSchedule.ts"
import { useSharedStack } from "../local/sharedStack.ts"
import { accessDenied, completesWith, countRecords, fifth, redrive, runWith, topTen } from "./failureTests.ts"

const { current } = useSharedStack()

describe("a failing service", () => {
  it("retries after four hours when OMDb's daily limit is reached at the fourth movie", async () => {
    const shared = current()
    await completesWith(shared, [{ at: "omdb", skip: 3, times: 3, what: { kind: "quota" } }])
    // Ten enriched and three refused: the other movies of a refused batch cost no call.
    assert.strictEqual(shared.omdb.calls.length, 13)
    const deferred = shared
      .logs()
      .split("\n")
      .filter((line) => line.includes('"message":"Retry deferred"') && line.includes('"receiveCount":1'))
    assert.isAtLeast(deferred.length, 3)
    for (const line of deferred) assert.include(line, `"seconds":${4 * 3600}`)
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

  it("receives the messages again when SQS's reply to a receive is lost", async () => {
    const shared = current()
    const records = countRecords(shared, "EnrichAndStoreMovie")
    await completesWith(shared, [
      { at: "aws", operation: "ReceiveMessage", queue: "movies", what: { kind: "replyLost" } }
    ])
    assert.strictEqual(records.failed, 0)
  })

  it("leaves an export message in its dead-letter queue when S3 refuses the CSV", async () => {
    const shared = current()
    const fault: Fault = { at: "aws", operation: "PutObject", key: "csv/", times: "always", what: accessDenied }
    const { summary, outcome } = await runWith(shared, [fault])
    assert.deepStrictEqual([summary.complete, outcome.enriched, outcome.csv], [false, [...topTen], undefined])
    assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["exports-dead-letters"])
    await redrive(shared, "exports", summary.runDate)
  })

  it("leaves the CSV's notification in its dead-letter queue when DynamoDB refuses a row", async () => {
    const shared = current()
    const what = { kind: "fail", status: 400, code: "AccessDeniedException" } as const
    const { summary, outcome } = await runWith(shared, [
      { at: "aws", operation: "PutItem", imdbId: fifth, times: "always", what }
    ])
    assert.deepStrictEqual([summary.complete, outcome.enriched.length], [false, 10])
    assert.isBelow(summary.tableItems, 10)
    assert.isDefined(outcome.csv)
    assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["loads-dead-letters"])
    assert.strictEqual(outcome.deadLetters["loads-dead-letters"]?.length, 1)
    await redrive(shared, "loads", summary.runDate)
  })

  it("publishes the notification at the next receive when SNS refuses it once more than the client retries", async () => {
    const shared = current()
    const { published } = shared.stack.cloud.topics
    const topic = shared.stack.names.topics[0]?.physical ?? ""
    const before = published(topic).length
    const what = { kind: "fail", status: 500, code: "InternalFailure" } as const
    const runDate = await completesWith(shared, [{ at: "aws", operation: "Publish", times: 3, what }])
    const messages = published(topic).slice(before)
    assert.lengthOf(messages, 1)
    assert.include(JSON.stringify(messages), runDate)
  })

  it.each<[string, Fault]>([
    [
      "SNS refuses the notification",
      { at: "aws", operation: "Publish", what: { ...accessDenied, code: "AuthorizationError" } }
    ],
    ["S3 refuses the report", { at: "aws", operation: "PutObject", key: "reports/", what: accessDenied }]
  ])(
    "leaves the manifest's notification in its dead-letter queue, with CSV and rows whole, when %s",
    async (_, fault) => {
      const shared = current()
      const { summary, outcome } = await runWith(shared, [{ ...fault, times: "always" }])
      assert.deepStrictEqual([outcome.enriched, summary.tableItems], [[...topTen], 10])
      assert.isDefined(outcome.csv)
      assert.deepStrictEqual(Object.keys(outcome.deadLetters), ["reports-dead-letters"])
      await redrive(shared, "reports", summary.runDate)
      assert.isTrue((await shared.objects()).has(reportKey(summary.runDate)))
    }
  )
})

describe("sample/faults", () => {
  it.each([
    ["omdb.json", { [fifth]: "MovieNotFound" }],
    ["aws.json", {}],
    ["functions.json", {}]
  ])("enriches every movie with the faults of %s, except for the gaps %j", async (file, gaps) => {
    const shared = current()
    // Some faults are those of a cold start.
    for (const { physical } of shared.stack.names.functions) await shared.stack.lambda.kill(physical)
    const { faults } = await readFaultSchedule(new URL(`../../sample/faults/${file}`, import.meta.url).pathname)
    const { outcome } = await runWith(shared, faults)
    assert.deepStrictEqual([outcome.gaps, outcome.deadLetters], [gaps, {}])
    assert.strictEqual(outcome.enriched.length, 10 - Object.keys(gaps).length)
  })
})
