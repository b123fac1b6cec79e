import type { QueueDepth } from "./LambdaCloud.ts"
import type { RedrivePolicy } from "./SourceQueue.ts"
import type { SqsRecord } from "./sqsEvent.ts"

/**
 * The messages of a queue that failed on their last receive. SQS moves one to the dead-letter queue without a word, at
 * the next receive: this is how the move is noticed.
 */
export class Exhausted {
  readonly #redrive: RedrivePolicy | undefined
  readonly #messages = new Set<string>()

  constructor(redrive: RedrivePolicy | undefined) {
    this.#redrive = redrive
  }

  note(failed: ReadonlyArray<SqsRecord>): void {
    for (const { messageId, attributes } of failed) {
      const receives = Number(attributes["ApproximateReceiveCount"])
      if (this.#redrive !== undefined && receives >= this.#redrive.maxReceiveCount) this.#messages.add(messageId)
    }
  }

  /** Whether `moved` has anything to look for. */
  get some(): boolean {
    return this.#messages.size > 0
  }

  /** To be asked after each receive. */
  moved({ inFlight }: QueueDepth): ReadonlyArray<{ readonly queueArn: string; readonly detail: string }> {
    if (this.#redrive === undefined) return []
    const { deadLetterQueueArn: queueArn, maxReceiveCount } = this.#redrive
    const still = new Set(inFlight.map((message) => message.messageId))
    const gone = Array.from(this.#messages).filter((messageId) => !still.has(messageId))
    for (const messageId of gone) this.#messages.delete(messageId)
    return gone.map((messageId) => ({ queueArn, detail: `message ${messageId} after ${maxReceiveCount} receives` }))
  }
}
