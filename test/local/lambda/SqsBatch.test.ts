import { describe, expect, it } from "vitest"
import { invalidSetting } from "../../../local/lambda/mappingRules.ts"
import { failedMessageIds, reportedFailures } from "../../../local/lambda/SqsBatch.ts"

const batch = ["a", "b", "c"]

describe("a partial batch response", () => {
  it.each([null, {}, { batchItemFailures: [] }, { batchItemFailures: null }, { statusCode: 200 }])(
    "reports a complete success with %j",
    (response) => {
      expect(reportedFailures(response, batch)).toEqual([])
    }
  )

  it.each([
    "ok",
    [{ itemIdentifier: "a" }],
    { batchItemFailures: "a" },
    { batchItemFailures: [{ itemIdentifier: "" }] },
    { batchItemFailures: [{ itemIdentifier: null }] },
    { batchItemFailures: [{ messageId: "a" }] },
    { batchItemFailures: ["a"] },
    { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "of another batch" }] }
  ])("reports a complete failure with %j", (response) => {
    expect(reportedFailures(response, batch)).toEqual(batch)
  })

  it("reports the messages that it names, in the order of the batch", () => {
    const response = { batchItemFailures: [{ itemIdentifier: "c" }, { itemIdentifier: "a" }, { itemIdentifier: "a" }] }
    expect(reportedFailures(response, batch)).toEqual(["a", "c"])
  })

  it("is ignored when the mapping does not declare ReportBatchItemFailures", () => {
    const result = { ok: true, requestId: "r", payload: { batchItemFailures: [{ itemIdentifier: "a" }] } } as const
    expect(failedMessageIds(result, batch, { reportBatchItemFailures: false })).toEqual([])
    expect(failedMessageIds(result, batch, { reportBatchItemFailures: true })).toEqual(["a"])
  })
})

const mapping = {
  uuid: "m",
  functionName: "f",
  queueArn: "arn:aws:sqs:eu-west-1:000000000000:movies",
  batchSize: 10,
  reportBatchItemFailures: true,
  enabled: true
}
const queue = { fifo: false, visibilityTimeoutSeconds: 180, redrive: undefined }
const fifo = { ...queue, fifo: true }

describe("the settings of an event source mapping", () => {
  it.each([
    ["visibility timeout below the function's timeout", {}, { ...queue, visibilityTimeoutSeconds: 29 }, /timeout: 30/],
    ["batching window on a FIFO queue", { maximumBatchingWindowSeconds: 1 }, fifo, /FIFO/],
    ["batch of eleven from a FIFO queue", { batchSize: 11, maximumBatchingWindowSeconds: 0 }, fifo, /size 11/],
    ["batch of eleven without a batching window", { batchSize: 11 }, queue, /window/],
    ["batch size of zero", { batchSize: 0 }, queue, /size 0/],
    ["batching window over five minutes", { maximumBatchingWindowSeconds: 301 }, queue, /300/],
    ["maximum concurrency of one", { maximumConcurrency: 1 }, queue, /between 2 and 1000/]
  ])("refuse a %s, as Lambda does", (_, settings, attributes, problem) => {
    expect(invalidSetting({ ...mapping, ...settings }, attributes, 30)).toMatch(problem)
  })

  it("accept what Lambda accepts", () => {
    const largest = { ...mapping, batchSize: 10_000, maximumBatchingWindowSeconds: 300, maximumConcurrency: 2 }
    expect(invalidSetting(mapping, queue, 30)).toBeUndefined()
    expect(invalidSetting(largest, queue, 180)).toBeUndefined()
    expect(invalidSetting(mapping, fifo, 30)).toBeUndefined()
  })
})
