import { expect, it } from "vitest"
import { invalidSetting } from "../../../local/lambda/mappingRules.ts"

const mapping = {
  uuid: "m",
  functionName: "f",
  queueArn: "arn:aws:sqs:eu-west-1:000000000000:movies",
  batchSize: 10,
  reportBatchItemFailures: true,
  enabled: true
}
const queue = { fifo: false, visibilityTimeoutSeconds: 180, redrive: undefined }

it.each([
  [
    "a visibility timeout under the function's",
    mapping,
    { ...queue, visibilityTimeoutSeconds: 29 },
    /less than Function timeout: 30/
  ],
  ["a window on a FIFO queue", { ...mapping, maximumBatchingWindowSeconds: 1 }, { ...queue, fifo: true }, /FIFO/],
  [
    "eleven of a FIFO queue",
    { ...mapping, batchSize: 11, maximumBatchingWindowSeconds: 0 },
    { ...queue, fifo: true },
    /size 11/
  ],
  ["more than ten at once with no window", { ...mapping, batchSize: 11 }, queue, /window/],
  ["a batch of nothing", { ...mapping, batchSize: 0 }, queue, /size 0/],
  ["a window over five minutes", { ...mapping, maximumBatchingWindowSeconds: 301 }, queue, /300/],
  ["a maximum concurrency of one", { ...mapping, maximumConcurrency: 1 }, queue, /between 2 and 1000/]
])("refuses %s, as Lambda does", (_, definition, attributes, refusal) => {
  expect(invalidSetting(definition, attributes, 30)).toMatch(refusal)
})

it("takes what Lambda takes", () => {
  const wide = { ...mapping, batchSize: 10_000, maximumBatchingWindowSeconds: 300, maximumConcurrency: 2 }
  expect(invalidSetting(mapping, queue, 30)).toBeUndefined()
  expect(invalidSetting(wide, queue, 180)).toBeUndefined()
  expect(invalidSetting(mapping, { ...queue, fifo: true }, 30)).toBeUndefined()
})
