import { Buffer } from "node:buffer"
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { AwsClientSettings, clientOptions, errorDetail } from "./AwsClient.ts"

/** `unsent` of the messages are not on the queue, and `detail` says why the last of them is not. */
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
    return `Cannot change when a message of ${this.queueUrl} is seen again: ${this.detail}`
  }
}

export interface QueueMessage {
  readonly body: string
  /** Both for FIFO queues only. */
  readonly groupId?: string
  readonly deduplicationId?: string
}

export class Sqs extends Context.Service<
  Sqs,
  {
    /** Every entry, in batches; those that SQS refuses and may yet take are sent again, so a FIFO group can lose its order. */
    readonly sendAll: (queueUrl: string, entries: ReadonlyArray<QueueMessage>) => Effect.Effect<void, MessagesUnsent>
    readonly changeVisibility: (
      queueUrl: string,
      receiptHandle: string,
      seconds: number
    ) => Effect.Effect<void, VisibilityUnchanged>
  }
>()("imdb-etl/services/Sqs") {
  static readonly layer = Layer.effect(
    Sqs,
    Effect.gen(function* () {
      const client = yield* Effect.acquireRelease(
        Effect.map(AwsClientSettings, (site) => new SQSClient({ ...clientOptions, ...site })),
        (client) => Effect.sync(() => client.destroy())
      )

      const sendOnce = Effect.fnUntraced(function* (queueUrl: string, entries: ReadonlyArray<QueueMessage>) {
        const command = new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: entries.map(({ body, groupId, deduplicationId }, index) => ({
            Id: String(index),
            MessageBody: body,
            MessageGroupId: groupId,
            MessageDeduplicationId: deduplicationId
          }))
        })
        const { Successful, Failed } = yield* Effect.tryPromise({
          try: (abortSignal) => client.send(command, { abortSignal }),
          catch: (error) => entries.map((entry): Refusal => ({ entry, why: errorDetail(error), passing: false }))
        })
        const taken = new Set(Successful?.map(({ Id }) => Id))
        const failed = new Map(Failed?.map((failure) => [failure.Id, failure]))
        const refused = entries.flatMap((entry, index): ReadonlyArray<Refusal> => {
          const { Code, Message, SenderFault } = failed.get(String(index)) ?? {}
          const passing = SenderFault !== true || /throttl/i.test(Code ?? "")
          const why = [Code ?? "SQS did not say why", Message].filter((said) => said !== undefined).join(": ")
          return taken.has(String(index)) ? [] : [{ entry, why, passing }]
        })
        if (refused.length > 0) return yield* Effect.fail(refused)
      })

      const sendBatch = Effect.fnUntraced(function* (queueUrl: string, batch: ReadonlyArray<QueueMessage>) {
        const refusedForGood: Array<Refusal> = []
        let pending = batch
        yield* Effect.suspend(() => sendOnce(queueUrl, pending)).pipe(
          Effect.catch((refused) => {
            const again = refused.filter(({ passing }) => passing)
            refusedForGood.push(...refused.filter(({ passing }) => !passing))
            pending = again.map(({ entry }) => entry)
            return again.length > 0 ? Effect.fail(again) : Effect.void
          }),
          Effect.retry(resendPolicy),
          Effect.catch((refused) => Effect.sync(() => refusedForGood.push(...refused)))
        )
        return refusedForGood
      })

      const sendAll = Effect.fn("Sqs.sendAll")(function* (queueUrl: string, entries: ReadonlyArray<QueueMessage>) {
        const refused = (yield* Effect.forEach(messageBatches(entries), (batch) => sendBatch(queueUrl, batch))).flat()
        const last = refused.at(-1)
        if (last !== undefined) {
          return yield* new MessagesUnsent({ queueUrl, unsent: refused.length, detail: last.why })
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

      return Sqs.of({ sendAll, changeVisibility })
    })
  )
}

/** `passing`: SQS may take the entry if it is offered again. A call that failed as a whole was retried by the SDK already. */
interface Refusal {
  readonly entry: QueueMessage
  readonly why: string
  readonly passing: boolean
}

const resendPolicy = Schedule.exponential("200 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 5 }))

const mostEntries = 10
const mostBytes = 256 * 1024

/** The entries in their order, in batches that SQS takes; one too long for any batch gets its own, for SQS to refuse. */
export const messageBatches = <E extends { readonly body: string }>(
  entries: ReadonlyArray<E>
): ReadonlyArray<ReadonlyArray<E>> => {
  const batches: Array<Array<E>> = []
  let room = 0
  for (const entry of entries) {
    const bytes = Buffer.byteLength(entry.body)
    const batch = batches.at(-1)
    if (batch === undefined || batch.length === mostEntries || bytes > room) {
      batches.push([entry])
      room = mostBytes - bytes
    } else {
      batch.push(entry)
      room -= bytes
    }
  }
  return batches
}
