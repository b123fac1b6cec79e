import type { Message } from "@aws-sdk/client-sqs"
import type { SQSRecord } from "aws-lambda"
import type { InvocationResult } from "./LambdaEvents.ts"

/** One message as an event source mapping passes it to a function. The pipeline's messages have no own attributes. */
export const sqsRecord = (message: Message, queueArn: string): SQSRecord => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: { ...message.Attributes } as unknown as SQSRecord["attributes"],
  messageAttributes: {},
  md5OfBody: message.MD5OfBody ?? "",
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: queueArn.split(":")[3] ?? ""
})

/**
 * The failed messages of a batch: all if the function failed, else those of its partial batch response. Without a
 * response, or with absent or null `batchItemFailures`, the batch succeeded. With anything but a list of ids of this
 * batch, the whole batch failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failedMessageIds = (result: InvocationResult, batch: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (!result.ok) return batch
  const response = result.payload
  if (response === null || response === undefined) return []
  if (typeof response !== "object" || Array.isArray(response)) return batch
  if (!("batchItemFailures" in response) || response.batchItemFailures === null) return []
  const failures = response.batchItemFailures
  if (!Array.isArray(failures)) return batch
  const ids: ReadonlyArray<unknown> = failures.map((failure) => failure?.itemIdentifier)
  return ids.every((id) => batch.some((messageId) => messageId === id))
    ? batch.filter((messageId) => ids.includes(messageId))
    : batch
}
