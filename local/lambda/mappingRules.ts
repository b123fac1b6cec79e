import type { EventSourceMappingDefinition } from "./EventSourceMapping.ts"
import type { SourceQueueAttributes } from "./SourceQueue.ts"

/** Returns why Lambda refuses to create this mapping for an SQS queue, or undefined if it accepts it. */
export const invalidSetting = (
  { batchSize, maximumConcurrency, maximumBatchingWindowSeconds: window = 0 }: EventSourceMappingDefinition,
  { fifo, visibilityTimeoutSeconds }: SourceQueueAttributes,
  functionTimeoutSeconds: number
): string | undefined => {
  if (visibilityTimeoutSeconds < functionTimeoutSeconds) {
    return `Queue visibility timeout: ${visibilityTimeoutSeconds} seconds is less than Function timeout: ${functionTimeoutSeconds} seconds`
  }
  if (fifo && window > 0) return "Batching window is not supported for FIFO queues"
  if (batchSize < 1 || batchSize > (fifo ? 10 : 10_000)) return `Batch size ${batchSize} is out of range`
  if (batchSize > 10 && window < 1) return "Maximum batch window in seconds must be greater than 0 if batch size > 10"
  if (window > 300) return "Maximum batch window must be at most 300 seconds"
  if (maximumConcurrency !== undefined && (maximumConcurrency < 2 || maximumConcurrency > 1000)) {
    return `MaximumConcurrency ${maximumConcurrency} is not between 2 and 1000`
  }
  return undefined
}
