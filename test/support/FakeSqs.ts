import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MessagesUnsent, type QueueMessage, Sqs, VisibilityUnchanged } from "../../services/Sqs.ts"

/** Queues in memory: what was sent to each, and which visibility was asked for. */
export class FakeSqs {
  readonly sent: Array<{ readonly queueUrl: string; readonly entry: QueueMessage }> = []
  readonly visibilities: Array<{
    readonly queueUrl: string
    readonly receiptHandle: string
    readonly seconds: number
  }> = []
  refusesToSend = false
  refusesToChange = false

  bodies(queueUrl: string): ReadonlyArray<unknown> {
    return this.sent.filter((one) => one.queueUrl === queueUrl).map(({ entry }) => JSON.parse(entry.body))
  }

  readonly layer = Layer.succeed(Sqs)({
    sendAll: (queueUrl, entries) =>
      Effect.suspend(() => {
        if (this.refusesToSend) {
          return new MessagesUnsent({ queueUrl, unsent: entries.length, detail: "InternalError: try again" })
        }
        this.sent.push(...entries.map((entry) => ({ queueUrl, entry })))
        return Effect.void
      }),
    changeVisibility: (queueUrl, receiptHandle, seconds) =>
      Effect.suspend(() => {
        if (this.refusesToChange) return new VisibilityUnchanged({ queueUrl, detail: "ReceiptHandleIsInvalid" })
        this.visibilities.push({ queueUrl, receiptHandle, seconds })
        return Effect.void
      })
  })
}
