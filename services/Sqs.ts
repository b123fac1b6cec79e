import { Buffer } from "node:buffer"
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageBatchCommand,
  SQSClient
} from "@aws-sdk/client-sqs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { acquireClient, errorDetail } from "./AwsClient.ts"

/** `unsent` messages are not on the queue. `detail` is the error of the last of them. */
export class MessagesUnsent extends Schema.TaggedError<MessagesUnsent>()("MessagesUnsent", {
  queueUrl: Schema.String,
  unsent: Schema.Int,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.unsent} message(s) could not be sent to ${this.queueUrl}: ${this.detail}`
  }
}

export class VisibilityUnchanged extends Schema.TaggedError<VisibilityUnchanged>()("VisibilityUnchanged", {
  queueUrl: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot change the visibility timeout of a message of ${this.queueUrl}: ${this.detail}`
  }
}

export class MessageNotDeleted extends Schema.TaggedError<MessageNotDeleted>()("MessageNotDeleted", {
  queueUrl: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `Cannot delete a message of ${this.queueUrl}: ${this.detail}`
  }
}

export interface QueueMessage {
  readonly body: string
  /** In seconds, at most 900. Default: the queue's. */
  readonly delaySeconds?: number
  /** `groupId` and `deduplicationId`: FIFO queues only. */
  readonly groupId?: string
  readonly deduplicationId?: string
}

export class Sqs extends Context.Service<
  Sqs,
  {
    /** Sends all messages, in batches. Entries with a transient error are sent again, so a FIFO group can lose its order. */
    readonly sendAll: (queueUrl: string, entries: ReadonlyArray<QueueMessage>) => Effect.Effect<void, MessagesUnsent>
    readonly changeVisibility: (
      queueUrl: string,
      receiptHandle: string,
      seconds: number
    ) => Effect.Effect<void, VisibilityUnchanged>
    readonly deleteMessage: (queueUrl: string, receiptHandle: string) => Effect.Effect<void, MessageNotDeleted>
  }
>()("imdb-etl/services/Sqs") {
  static readonly layer = Layer.effect(
    Sqs,
    Effect.gen(function* () {
      const client = yield* acquireClient((options) => new SQSClient(options))

      const sendOnce = Effect.fnUntraced(function* (queueUrl: string, entries: ReadonlyArray<QueueMessage>) {
        const command = new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: entries.map(({ body, delaySeconds, groupId, deduplicationId }, index) => ({
            Id: String(index),
            MessageBody: body,
            DelaySeconds: delaySeconds,
            MessageGroupId: groupId,
            MessageDeduplicationId: deduplicationId
          }))
        })
        const { Successful, Failed } = yield* Effect.tryPromise({
          try: (abortSignal) => client.send(command, { abortSignal }),
          catch: (error) => entries.map((entry): Refusal => ({ entry, detail: errorDetail(error), isTransient: false }))
        })
        const sent = new Set(Successful?.map(({ Id }) => Id))
        const failed = new Map(Failed?.map((failure) => [failure.Id, failure]))
        const refused = entries.flatMap((entry, index): ReadonlyArray<Refusal> => {
          const { Code, Message, SenderFault } = failed.get(String(index)) ?? {}
          const isTransient = SenderFault !== true || /throttl/i.test(Code ?? "")
          const detail = [Code ?? "no error code", Message].filter((part) => part !== undefined).join(": ")
          return sent.has(String(index)) ? [] : [{ entry, detail, isTransient }]
        })
        if (refused.length > 0) return yield* Effect.fail(refused)
      })

      const sendBatch = Effect.fnUntraced(function* (queueUrl: string, batch: ReadonlyArray<QueueMessage>) {
        const permanent: Array<Refusal> = []
        let pending = batch
        yield* Effect.suspend(() => sendOnce(queueUrl, pending)).pipe(
          Effect.catch((refused) => {
            const transient = refused.filter(({ isTransient }) => isTransient)
            permanent.push(...refused.filter(({ isTransient }) => !isTransient))
            pending = transient.map(({ entry }) => entry)
            return transient.length > 0 ? Effect.fail(transient) : Effect.void
          }),
          Effect.retry(resendPolicy),
          Effect.catch((refused) => Effect.sync(() => permanent.push(...refused)))
        )
        return permanent
      })

      const sendAll = Effect.fn("Sqs.sendAll")(function* (queueUrl: string, entries: ReadonlyArray<QueueMessage>) {
        const refused = (yield* Effect.forEach(messageBatches(entries), (batch) => sendBatch(queueUrl, batch))).flat()
        const last = refused.at(-1)
        if (last !== undefined) {
          return yield* new MessagesUnsent({ queueUrl, unsent: refused.length, detail: last.detail })
        }
      })

      const changeVisibility = Effect.fn("Sqs.changeVisibility")(
        (queueUrl: string, receiptHandle: string, seconds: number) => {
          const command = new ChangeMessageVisibilityCommand({
            QueueUrl: queueUrl,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: seconds
          })
          return Effect.tryPromise({
            try: (abortSignal) => client.send(command, { abortSignal }),
            catch: (error) => new VisibilityUnchanged({ queueUrl, detail: errorDetail(error) })
          }).pipe(Effect.asVoid)
        }
      )

      const deleteMessage = Effect.fn("Sqs.deleteMessage")((queueUrl: string, receiptHandle: string) => {
        const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle })
        return Effect.tryPromise({
          try: (abortSignal) => client.send(command, { abortSignal }),
          catch: (error) => new MessageNotDeleted({ queueUrl, detail: errorDetail(error) })
        }).pipe(Effect.asVoid)
      })

      return Sqs.of({ sendAll, changeVisibility, deleteMessage })
    })
  )
}

/** `isTransient`: worth sending again. A call that failed as a whole was already retried by the SDK. */
interface Refusal {
  readonly entry: QueueMessage
  readonly detail: string
  readonly isTransient: boolean
}

const resendPolicy = Schedule.exponential("200 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 5 }))

// The limits of SendMessageBatch.
const maxEntries = 10
const maxBatchBytes = 256 * 1024

/** The messages in order, in batches that SQS accepts. A message over the limit is a batch of its own: SQS refuses it. */
export const messageBatches = <E extends { readonly body: string }>(
  entries: ReadonlyArray<E>
): ReadonlyArray<ReadonlyArray<E>> => {
  const batches: Array<Array<E>> = []
  let bytesLeft = 0
  for (const entry of entries) {
    const bytes = Buffer.byteLength(entry.body)
    const batch = batches.at(-1)
    if (batch === undefined || batch.length === maxEntries || bytes > bytesLeft) {
      batches.push([entry])
      bytesLeft = maxBatchBytes - bytes
    } else {
      batch.push(entry)
      bytesLeft -= bytes
    }
  }
  return batches
}
