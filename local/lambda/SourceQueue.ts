import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient
} from "@aws-sdk/client-sqs"
import type { QueueDepth } from "../cloud/sqs/queueInspector.ts"
import { errorMessage } from "./PlatformContext.ts"
import { type SqsRecord, sqsRecord } from "./SqsBatch.ts"

export interface SourceQueueAttributes {
  readonly fifo: boolean
  readonly visibilityTimeoutSeconds: number
  readonly redrive: RedrivePolicy | undefined
}

interface RedrivePolicy {
  readonly deadLetterQueueArn: string
  readonly maxReceiveCount: number
}

/** The queue of an event source mapping, called with three permissions of the function's role. */
export class SourceQueue {
  readonly arn: string
  readonly url: string
  readonly #client: SQSClient

  constructor(arn: string, url: string, client: SQSClient) {
    this.arn = arn
    this.url = url
    this.#client = client
  }

  async attributes(): Promise<SourceQueueAttributes> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ["All"] })
    )
    return {
      fifo: Attributes.FifoQueue === "true",
      visibilityTimeoutSeconds: Number(Attributes.VisibilityTimeout ?? 30),
      redrive: parseRedrivePolicy(Attributes.RedrivePolicy)
    }
  }

  /** Ten messages at most, without waiting: a long poll would have to be aborted, and an aborted one loses a message. */
  async receive(atMost: number): Promise<ReadonlyArray<SqsRecord>> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: Math.min(atMost, 10),
        WaitTimeSeconds: 0,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"]
      })
    )
    return Messages.map((message) => sqsRecord(message, this.arn))
  }

  /** Returns the ids of the deleted messages, and why others could not be deleted. */
  async delete(
    records: ReadonlyArray<SqsRecord>
  ): Promise<{ readonly deleted: ReadonlyArray<string>; readonly refusal: string | undefined }> {
    const deleted: Array<string> = []
    let refusal: string | undefined
    for (let from = 0; from < records.length; from += 10) {
      const ten = records.slice(from, from + 10)
      const Entries = ten.map(({ messageId, receiptHandle }) => ({ Id: messageId, ReceiptHandle: receiptHandle }))
      try {
        const { Successful = [], Failed = [] } = await this.#client.send(
          new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries })
        )
        deleted.push(...Successful.map(({ Id }) => Id ?? ""))
        refusal ??= Failed[0]?.Message
      } catch (cause) {
        refusal ??= errorMessage(cause)
      }
    }
    return { deleted, refusal }
  }
}

const parseRedrivePolicy = (json: string | undefined): RedrivePolicy | undefined => {
  if (json === undefined) return undefined
  const policy: { deadLetterTargetArn: string; maxReceiveCount: number | string } = JSON.parse(json)
  return { deadLetterQueueArn: policy.deadLetterTargetArn, maxReceiveCount: Number(policy.maxReceiveCount) }
}

/**
 * Notices when SQS moves a message to the dead-letter queue. SQS reports no such move: it happens at the next receive,
 * and the message is then no longer in flight.
 */
export class DeadLetterWatch {
  readonly #redrive: RedrivePolicy | undefined
  readonly #candidates = new Set<string>()

  constructor(redrive: RedrivePolicy | undefined) {
    this.#redrive = redrive
  }

  /** Remembers the messages that failed on their last receive. */
  recordFailed(failed: ReadonlyArray<SqsRecord>): void {
    for (const { messageId, attributes } of failed) {
      const receives = Number(attributes["ApproximateReceiveCount"])
      if (this.#redrive !== undefined && receives >= this.#redrive.maxReceiveCount) this.#candidates.add(messageId)
    }
  }

  get hasCandidates(): boolean {
    return this.#candidates.size > 0
  }

  /** Returns the messages that have moved; call it after each receive. */
  takeMoved({ inFlight }: QueueDepth): ReadonlyArray<{ readonly queueArn: string; readonly detail: string }> {
    if (this.#redrive === undefined) return []
    const { deadLetterQueueArn: queueArn, maxReceiveCount } = this.#redrive
    const remaining = new Set(inFlight.map((message) => message.messageId))
    const moved = Array.from(this.#candidates).filter((messageId) => !remaining.has(messageId))
    for (const messageId of moved) this.#candidates.delete(messageId)
    return moved.map((messageId) => ({ queueArn, detail: `message ${messageId} after ${maxReceiveCount} receives` }))
  }
}
