import { onTestFinished } from "vitest"
import type { ObjectCreated } from "../../local/cloud/cloudEvents.ts"
import type { SharedStack } from "../local/sharedStack.ts"

/** Counts from now on how many records of a function's batches were acknowledged, and how many came back. */
export const settled = ({ stack: { lambda, names } }: SharedStack, logical: string) => {
  const counts = { deleted: 0, failed: 0 }
  const count = (batch: { function: string; deleted: ReadonlyArray<string>; failed: ReadonlyArray<string> }) => {
    if (names.logicalName(batch.function) !== logical) return
    counts.deleted += batch.deleted.length
    counts.failed += batch.failed.length
  }
  lambda.events.on("batchSettled", count)
  onTestFinished(() => void lambda.events.off("batchSettled", count))
  return () => counts
}

/** Counts from now on how often an object is written, by its key. */
export const counting = ({ stack: { cloud } }: SharedStack) => {
  const counts = new Map<string, number>()
  const count = ({ key }: ObjectCreated) => void counts.set(key, (counts.get(key) ?? 0) + 1)
  cloud.events.on("objectCreated", count)
  onTestFinished(() => void cloud.events.off("objectCreated", count))
  return (key: string) => counts.get(key) ?? 0
}

/** Counts from now on how often functions call an operation. */
export const calling = ({ stack: { cloud } }: SharedStack, operation: string) => {
  let calls = 0
  const count = (call: { operation: string; principal: string }) => {
    if (call.operation === operation && call.principal !== cloud.admin.arn) calls += 1
  }
  cloud.events.on("call", count)
  onTestFinished(() => void cloud.events.off("call", count))
  return () => calls
}
