import { describe, expect, it } from "vitest"
import { failedMessageIds, reportedFailures } from "../../../local/lambda/SqsBatch.ts"

const batch = ["a", "b", "c"]

describe("a partial batch response", () => {
  it.each([
    ["no answer", null],
    ["an empty answer", {}],
    ["an empty list", { batchItemFailures: [] }],
    ["a null list", { batchItemFailures: null }],
    ["an answer about something else", { statusCode: 200 }]
  ])("is a complete success with %s", (_, answer) => {
    expect(reportedFailures(answer, batch)).toEqual([])
  })

  it.each([
    ["a text", "ok"],
    ["a list", [{ itemIdentifier: "a" }]],
    ["failures that are no list", { batchItemFailures: "a" }],
    ["an empty id", { batchItemFailures: [{ itemIdentifier: "" }] }],
    ["a null id", { batchItemFailures: [{ itemIdentifier: null }] }],
    ["an id under another name", { batchItemFailures: [{ messageId: "a" }] }],
    ["a bare id", { batchItemFailures: ["a"] }],
    [
      "an id of another batch beside a good one",
      { batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "z" }] }
    ]
  ])("is a complete failure with %s", (_, answer) => {
    expect(reportedFailures(answer, batch)).toEqual(batch)
  })

  it("fails just the messages it names", () => {
    const answer = { batchItemFailures: [{ itemIdentifier: "c" }, { itemIdentifier: "a" }, { itemIdentifier: "a" }] }
    expect(reportedFailures(answer, batch)).toEqual(["a", "c"])
  })

  it("is not read where the mapping does not declare it", () => {
    const result = { ok: true, requestId: "r", payload: { batchItemFailures: [{ itemIdentifier: "a" }] } } as const
    expect(failedMessageIds(result, batch, { reportBatchItemFailures: false })).toEqual([])
    expect(failedMessageIds(result, batch, { reportBatchItemFailures: true })).toEqual(["a"])
  })
})
