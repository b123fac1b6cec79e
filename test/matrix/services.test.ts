import { assert } from "@effect/vitest"
import type { Fault } from "../../local/faults/FaultSchedule.ts"
import type { SharedStack } from "../local/sharedStack.ts"
import { accountedFor } from "./accountedFor.ts"
import { settled } from "./counting.ts"
import { matrix } from "./matrix.ts"
import { redrive, runAgain } from "./mending.ts"
import { fifth, topTen } from "./movies.ts"

const throttle = { kind: "throttle" } as const
const denied = { kind: "fail", status: 403, code: "AccessDenied" } as const

/** All ten end enriched, and so many of their records came back. */
const completes = async (warm: SharedStack, cameBack: number, ...faults: readonly [Fault, ...ReadonlyArray<Fault>]) => {
  const batches = settled(warm, "EnrichAndStoreMovie")
  warm.applyFaults(...faults)
  const { runDate, complete } = await warm.run()
  assert.isTrue(complete)
  assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
  assert.strictEqual(batches().failed, cameBack)
}

matrix("services", {
  "SQS refuses a part of a batch": async (warm) => {
    const refused = { kind: "refuseEntries", entries: 3 } as const
    await completes(warm, 0, { at: "sqs", operation: "SendMessageBatch", queue: "movies", what: refused })
    assert.strictEqual(warm.omdb.calls.length, 10)
  },

  "SQS refuses one message for good": async (warm) => {
    const refused = { kind: "refuseEntries", code: "InvalidMessageContents", senderFault: true } as const
    warm.applyFaults({
      at: "sqs",
      operation: "SendMessageBatch",
      queue: "movies",
      imdbId: fifth,
      times: "always",
      what: refused
    })
    const { runDate, failures } = await warm.run()
    const { enriched, withRun, letters } = await accountedFor(warm, runDate)
    assert.deepStrictEqual([enriched.length, withRun], [9, [fifth]])
    assert.strictEqual(letters["failed-runs"]?.length, 1)
    assert.match(failures[0]?.detail ?? "", /1 message\(s\) could not be sent to .*InvalidMessageContents/)
    await runAgain(warm, runDate)
  },

  "SQS loses the answer to a batch": async (warm) => {
    await completes(warm, 0, {
      at: "sqs",
      operation: "SendMessageBatch",
      queue: "movies",
      what: { kind: "answerLost" }
    })
    assert.strictEqual(warm.omdb.calls.length, 20)
  },

  "SQS loses the answer to a receive": async (warm) => {
    await completes(warm, 0, { at: "sqs", operation: "ReceiveMessage", queue: "movies", what: { kind: "answerLost" } })
  },

  "SQS does not change when a message is seen again": async (warm) => {
    await completes(
      warm,
      1,
      { at: "s3", operation: "PutObject", key: "enriched/", imdbId: fifth, what: denied },
      { at: "sqs", operation: "ChangeMessageVisibility", queue: "movies", what: denied }
    )
    assert.match(warm.logs(), /Retry not deferred/)
  },

  "S3 says SlowDown for longer than the SDK repeats": async (warm) => {
    await completes(warm, 1, {
      at: "s3",
      operation: "PutObject",
      key: "enriched/",
      imdbId: fifth,
      times: 3,
      what: throttle
    })
  },

  "S3 never takes a movie's object": async (warm) => {
    warm.applyFaults({
      at: "s3",
      operation: "PutObject",
      key: "enriched/",
      imdbId: fifth,
      times: "always",
      what: denied
    })
    const { runDate } = await warm.run()
    const { enriched, gaps, letters } = await accountedFor(warm, runDate)
    assert.deepStrictEqual([enriched.length, gaps], [9, { [fifth]: "ObjectUnwritable" }])
    assert.strictEqual(letters["movies-dead-letters"]?.length, 1)
    await redrive(warm, "movies", runDate)
  },

  "S3 loses the answer to a put": async (warm) => {
    await completes(warm, 0, {
      at: "s3",
      operation: "PutObject",
      key: "enriched/",
      imdbId: fifth,
      what: { kind: "answerLost" }
    })
  },

  "S3 says SlowDown while the CSV is made": async (warm) => {
    const exports = settled(warm, "ExportMoviesToCsv")
    const by = { at: "s3", function: "ExportMoviesToCsv", times: 3, what: throttle } as const
    await completes(
      warm,
      0,
      { ...by, operation: "ListObjectsV2" },
      { ...by, operation: "GetObject", imdbId: fifth },
      { ...by, operation: "PutObject", key: "csv/" }
    )
    assert.strictEqual(exports().failed, 3)
  },

  "S3 never takes the CSV": async (warm) => {
    warm.applyFaults({ at: "s3", operation: "PutObject", key: "csv/", times: "always", what: denied })
    const { runDate, complete } = await warm.run()
    const { enriched, letters, csv } = await accountedFor(warm, runDate)
    assert.deepStrictEqual([complete, enriched, csv], [false, [...topTen], undefined])
    assert.deepStrictEqual(Object.keys(letters), ["exports-dead-letters"])
    await redrive(warm, "exports", runDate)
  },

  "DynamoDB throttles": async (warm) => {
    const loads = settled(warm, "LoadCsvToDynamoDb")
    await completes(warm, 0, { at: "dynamodb", operation: "PutItem", imdbId: fifth, times: 3, what: throttle })
    assert.strictEqual(loads().failed, 0)
  },

  "DynamoDB never takes a row": async (warm) => {
    warm.applyFaults({
      at: "dynamodb",
      operation: "PutItem",
      imdbId: fifth,
      times: "always",
      what: { kind: "fail", status: 400, code: "AccessDeniedException" }
    })
    const { runDate, complete, tableItems } = await warm.run()
    const { enriched, letters, csv } = await accountedFor(warm, runDate)
    assert.deepStrictEqual([complete, enriched.length], [false, 10])
    assert.isBelow(tableItems, 10)
    assert.isDefined(csv)
    assert.deepStrictEqual([Object.keys(letters), letters["loads-dead-letters"]?.length], [["loads-dead-letters"], 1])
    await redrive(warm, "loads", runDate)
  },

  "Secrets Manager refuses, then gives the key": async (warm) => {
    await warm.killFunction("EnrichAndStoreMovie")
    const batches = settled(warm, "EnrichAndStoreMovie")
    warm.applyFaults({
      at: "secretsmanager",
      operation: "GetSecretValue",
      what: { kind: "fail", status: 400, code: "AccessDeniedException" }
    })
    const { runDate, complete } = await warm.run()
    assert.isTrue(complete)
    assert.deepStrictEqual((await accountedFor(warm, runDate)).enriched, [...topTen])
    assert.isAbove(batches().failed, 0)
    assert.match(warm.logs(), /SecretUnreadable/)
  }
})
