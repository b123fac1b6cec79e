import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient
} from "@aws-sdk/client-sqs"
import type { QueueDepth } from "./LambdaCloud.ts"
import { type SqsRecord, sqsRecord } from "./SqsBatch.ts"
import { errorMessage } from "./SqsClients.ts"

export interface SourceQueueAttributes {
  readonly fifo: boolean
  readonly visibilityTimeoutSeconds: number
  readonly redrive: RedrivePolicy | undefined
}

export interface RedrivePolicy {
  readonly deadLetterQueueArn: string
  readonly maxReceiveCount: number
}

export interface Deletion {
  readonly deleted: ReadonlyArray<string>
  readonly refusal: string | undefined
}

/** A queue as an event source mapping uses it: three permissions of the function's role, and no more. */
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
      redrive: redriveOf(Attributes.RedrivePolicy)
    }
  }

  /** What is there now, at most ten: a long poll could only be aborted, and an aborted one loses a message. */
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

  /** Resolves to the ids of the messages that are gone, and to why others are not. */
  async delete(records: ReadonlyArray<SqsRecord>): Promise<Deletion> {
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

const redriveOf = (json: string | undefined): RedrivePolicy | undefined => {
  if (json === undefined) return undefined
  const policy: { deadLetterTargetArn: string; maxReceiveCount: number | string } = JSON.parse(json)
  return { deadLetterQueueArn: policy.deadLetterTargetArn, maxReceiveCount: Number(policy.maxReceiveCount) }
}

/**
 * The messages of a queue that failed on their last receive. SQS moves one to the dead-letter queue without a word, at
 * the next receive: this is how the move is noticed.
 */
export class DeadLetterWatch {
  readonly #redrive: RedrivePolicy | undefined
  readonly #messages = new Set<string>()

  constructor(redrive: RedrivePolicy | undefined) {
    this.#redrive = redrive
  }

  recordFailed(failed: ReadonlyArray<SqsRecord>): void {
    for (const { messageId, attributes } of failed) {
      const receives = Number(attributes["ApproximateReceiveCount"])
      if (this.#redrive !== undefined && receives >= this.#redrive.maxReceiveCount) this.#messages.add(messageId)
    }
  }

  /** Whether `moved` has anything to look for. */
  get hasCandidates(): boolean {
    return this.#messages.size > 0
  }

  /** To be asked after each receive. */
  takeMoved({ inFlight }: QueueDepth): ReadonlyArray<{ readonly queueArn: string; readonly detail: string }> {
    if (this.#redrive === undefined) return []
    const { deadLetterQueueArn: queueArn, maxReceiveCount } = this.#redrive
    const still = new Set(inFlight.map((message) => message.messageId))
    const gone = Array.from(this.#messages).filter((messageId) => !still.has(messageId))
    for (const messageId of gone) this.#messages.delete(messageId)
    return gone.map((messageId) => ({ queueArn, detail: `message ${messageId} after ${maxReceiveCount} receives` }))
  }
}
