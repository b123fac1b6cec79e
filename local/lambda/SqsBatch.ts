import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs"
import type { InvocationResult } from "./LambdaEvents.ts"
import type { EventSourceMappingDefinition } from "./mappingRules.ts"
import type { Timer } from "./VirtualClock.ts"

/** The batch a mapping is putting together: ready when it is full, or when its window has passed since the first record. */
export class BatchBuffer {
  readonly #batchSize: number
  readonly #windowMs: number
  readonly #waitId: string
  #records: Array<SqsRecord> = []
  #endsAt = 0

  constructor({ uuid, batchSize, maximumBatchingWindowSeconds = 0 }: EventSourceMappingDefinition) {
    this.#batchSize = batchSize
    this.#windowMs = maximumBatchingWindowSeconds * 1000
    this.#waitId = `${uuid} window`
  }

  get capacity(): number {
    return this.#batchSize - this.#records.length
  }

  get ready(): boolean {
    return this.#records.length > 0 && (this.#windowMs === 0 || this.capacity === 0)
  }

  add(records: ReadonlyArray<SqsRecord>): void {
    if (this.#records.length === 0) this.#endsAt = Date.now() + this.#windowMs
    this.#records.push(...records)
  }

  take(): ReadonlyArray<SqsRecord> {
    const records = this.#records
    this.#records = []
    return records
  }

  /** The end of the window, if one is open. */
  timers(begin: Timer["fire"]): ReadonlyArray<Timer> {
    return this.#records.length === 0 ? [] : [{ id: this.#waitId, dueAt: this.#endsAt, fire: begin }]
  }
}

export interface SqsRecordAttribute {
  readonly stringValue?: string
  /** Base64. */
  readonly binaryValue?: string
  readonly stringListValues: ReadonlyArray<string>
  readonly binaryListValues: ReadonlyArray<string>
  readonly dataType: string
}

/** One message as Lambda's event source mapping hands it to a function. */
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

/** Which messages of a batch failed: all of them with the function, else those that it reports, if it may. */
export const failedMessageIds = (
  result: InvocationResult,
  batch: ReadonlyArray<string>,
  { reportBatchItemFailures }: { readonly reportBatchItemFailures: boolean }
): ReadonlyArray<string> => {
  if (!result.ok) return batch
  return reportBatchItemFailures ? reportedFailures(result.payload, batch) : []
}

/**
 * Which messages of a batch failed, from what the function answered, when the mapping declares
 * ReportBatchItemFailures. No answer, an empty one, or no or null `batchItemFailures` is a complete success; anything
 * else that is not a list of ids of this batch is a complete failure.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const reportedFailures = (answer: unknown, batch: ReadonlyArray<string>): ReadonlyArray<string> => {
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
