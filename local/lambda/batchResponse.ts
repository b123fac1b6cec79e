import type { InvocationResult } from "./Invocation.ts"

/** Which messages of a batch failed: all of them with the function, else those that it reports, if it may. */
export const failedOf = (
  result: InvocationResult,
  batch: ReadonlyArray<string>,
  { reportBatchItemFailures }: { readonly reportBatchItemFailures: boolean }
): ReadonlyArray<string> => {
  if (!result.ok) return batch
  return reportBatchItemFailures ? failedIds(result.payload, batch) : []
}

/**
 * Which messages of a batch failed, from what the function answered, when the mapping declares
 * ReportBatchItemFailures. No answer, an empty one, or no or null `batchItemFailures` is a complete success; anything
 * else that is not a list of ids of this batch is a complete failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failedIds = (answer: unknown, batch: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (answer === null || answer === undefined) return []
  if (typeof answer !== "object" || Array.isArray(answer)) return batch
  if (!("batchItemFailures" in answer) || answer.batchItemFailures === null) return []
  const failures = answer.batchItemFailures
  if (!Array.isArray(failures)) return batch
  const ids = failures.map(identifierOf)
  return ids.every((id) => id !== undefined && batch.includes(id)) ? batch.filter((id) => ids.includes(id)) : batch
}

const identifierOf = (failure: unknown): string | undefined =>
  typeof failure === "object" &&
  failure !== null &&
  "itemIdentifier" in failure &&
  typeof failure.itemIdentifier === "string"
    ? failure.itemIdentifier
    : undefined
