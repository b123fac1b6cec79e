import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs"
import type { EventSourceMappingDefinition } from "./EventSourceMapping.ts"
import type { InvocationResult } from "./LambdaEvents.ts"
import type { Timer } from "./VirtualClock.ts"

/** One message as an event source mapping passes it to a function. */
export interface SqsRecord {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>
  readonly md5OfBody: string
  readonly md5OfMessageAttributes?: string
  readonly eventSource: "aws:sqs"
  readonly eventSourceARN: string
  readonly awsRegion: string
}

interface SqsRecordAttribute {
  readonly stringValue?: string
  /** Base64. */
  readonly binaryValue?: string
  readonly stringListValues: ReadonlyArray<string>
  readonly binaryListValues: ReadonlyArray<string>
  readonly dataType: string
}

export const sqsRecord = (message: Message, queueArn: string): SqsRecord => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: { ...message.Attributes },
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, recordAttribute(value)])
  ),
  md5OfBody: message.MD5OfBody ?? "",
  ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(":")[3] ?? ""
})

const recordAttribute = (value: MessageAttributeValue): SqsRecordAttribute => ({
  ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
  ...(value.BinaryValue !== undefined && { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
  stringListValues: [],
  binaryListValues: [],
  dataType: value.DataType ?? "String"
})

/** Collects a batch: it is ready when it is full, or when its batching window has passed since the first record. */
export class BatchBuffer {
  readonly #batchSize: number
  readonly #windowMs: number
  readonly #timerId: string
  #records: Array<SqsRecord> = []
  #windowEndsAt = 0

  constructor({ uuid, batchSize, maximumBatchingWindowSeconds = 0 }: EventSourceMappingDefinition) {
    this.#batchSize = batchSize
    this.#windowMs = maximumBatchingWindowSeconds * 1000
    this.#timerId = `${uuid} window`
  }

  get capacity(): number {
    return this.#batchSize - this.#records.length
  }

  get ready(): boolean {
    return this.#records.length > 0 && (this.#windowMs === 0 || this.capacity === 0)
  }

  add(records: ReadonlyArray<SqsRecord>): void {
    if (this.#records.length === 0) this.#windowEndsAt = Date.now() + this.#windowMs
    this.#records.push(...records)
  }

  take(): ReadonlyArray<SqsRecord> {
    const records = this.#records
    this.#records = []
    return records
  }

  /** The end of the batching window, if one is open. */
  timers(fire: Timer["fire"]): ReadonlyArray<Timer> {
    return this.#records.length === 0 ? [] : [{ id: this.#timerId, dueAt: this.#windowEndsAt, fire }]
  }
}

/** The failed messages of a batch: all if the function failed, else the reported ones, if the mapping reads reports. */
export const failedMessageIds = (
  result: InvocationResult,
  batch: ReadonlyArray<string>,
  { reportBatchItemFailures }: { readonly reportBatchItemFailures: boolean }
): ReadonlyArray<string> => {
  if (!result.ok) return batch
  return reportBatchItemFailures ? reportedFailures(result.payload, batch) : []
}

/**
 * The failed messages by a function's partial batch response. Without a response, or with absent or null
 * `batchItemFailures`, the batch succeeded. With anything but a list of ids of this batch, the whole batch failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const reportedFailures = (response: unknown, batch: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (response === null || response === undefined) return []
  if (typeof response !== "object" || Array.isArray(response)) return batch
  if (!("batchItemFailures" in response) || response.batchItemFailures === null) return []
  const failures = response.batchItemFailures
  if (!Array.isArray(failures)) return batch
  const ids = failures.map(itemIdentifier)
  return ids.every((id) => id !== undefined && batch.includes(id)) ? batch.filter((id) => ids.includes(id)) : batch
}

const itemIdentifier = (failure: unknown): string | undefined =>
  typeof failure === "object" &&
  failure !== null &&
  "itemIdentifier" in failure &&
  typeof failure.itemIdentifier === "string"
    ? failure.itemIdentifier
    : undefined
