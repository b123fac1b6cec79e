import { describe, expect, it } from "vitest"
import { failedMessageIds } from "../../../local/lambda/SqsBatch.ts"

const batch = ["a", "b", "c"]
const reportedFailures = (payload: unknown) => failedMessageIds({ ok: true, requestId: "r", payload }, batch)

describe("a partial batch response", () => {
  it.each([null, {}, { batchItemFailures: [] }, { batchItemFailures: null }, { statusCode: 200 }])(
    "reports a complete success with %j",
    (response) => {
      expect(reportedFailures(response)).toEqual([])
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
    expect(reportedFailures(response)).toEqual(batch)
  })

  it("reports the messages that it names, in the order of the batch", () => {
    const response = { batchItemFailures: [{ itemIdentifier: "c" }, { itemIdentifier: "a" }, { itemIdentifier: "a" }] }
    expect(reportedFailures(response)).toEqual(["a", "c"])
  })

  it("does not matter when the function failed: the whole batch did", () => {
    const error = { errorType: "Error", errorMessage: "no" }
    expect(failedMessageIds({ ok: false, requestId: "r", error }, batch)).toEqual(batch)
  })
})
