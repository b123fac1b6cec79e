import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand
} from "@aws-sdk/client-sqs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { askSqs, type QueueUnusable } from "./askSqs.ts"

/** Approximate, as SQS tells it: right a minute after the last change. */
export interface Depth {
  readonly visible: number
  /** Received and not settled, delayed, or waiting for the next attempt. */
  readonly hidden: number
}

export interface Attributes extends Depth {
  readonly arn: string
  /** After how many receives a message is a dead letter; absent where it never is. */
  readonly maxReceiveCount: Option.Option<number>
}

/** A message while it is hidden from all others. */
export interface Held {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** When it was sent first, before it was a dead letter: milliseconds since the epoch. */
  readonly sentAt: number
  readonly groupId: string | undefined
  readonly attributes: NonNullable<Message["MessageAttributes"]>
}

/** What an operator does with the messages of queues. */
export class Queues extends Context.Service<
  Queues,
  {
    readonly attributes: (queueUrl: string) => Effect.Effect<Attributes, QueueUnusable>
    /** At most ten messages, hidden for half a minute. It counts as a receive. */
    readonly receive: (queueUrl: string, atMost: number) => Effect.Effect<ReadonlyArray<Held>, QueueUnusable>
    /** Lets others see the messages again, at once. */
    readonly release: (queueUrl: string, held: ReadonlyArray<Held>) => Effect.Effect<void, QueueUnusable>
    readonly remove: (queueUrl: string, held: Held) => Effect.Effect<void, QueueUnusable>
    /** Sends the same as a new message. A FIFO queue takes it only under a new deduplication id. */
    readonly sendAgain: (queueUrl: string, held: Held, deduplicationId: string) => Effect.Effect<void, QueueUnusable>
  }
>()("imdb-etl/operator/aws/Queues") {
  static readonly layer = Layer.effect(
    Queues,
    Effect.gen(function* () {
      const ask = yield* askSqs
      return Queues.of({
        attributes: Effect.fn("Queues.attributes")(function* (queueUrl) {
          const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] })
          const { Attributes = {} } = yield* ask(queueUrl, (client, options) => client.send(command, options))
          return {
            arn: Attributes.QueueArn ?? "",
            visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
            hidden:
              Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0) +
              Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
            maxReceiveCount: Option.map(
              decodeRedrivePolicy(Attributes.RedrivePolicy),
              (policy) => policy.maxReceiveCount
            )
          }
        }),

        receive: Effect.fn("Queues.receive")(function* (queueUrl, atMost) {
          const command = new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: Math.min(atMost, 10),
            VisibilityTimeout: 30,
            // A poll that does not wait asks some of SQS's servers only, and may come back with nothing.
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId"],
            MessageAttributeNames: ["All"]
          })
          const { Messages = [] } = yield* ask(queueUrl, (client, options) => client.send(command, options))
          return Messages.map(heldOf)
        }),

        release: Effect.fn("Queues.release")(function* (queueUrl, held) {
          for (let from = 0; from < held.length; from += 10) {
            const command = new ChangeMessageVisibilityBatchCommand({
              QueueUrl: queueUrl,
              Entries: held.slice(from, from + 10).map(({ receiptHandle }, index) => ({
                Id: String(index),
                ReceiptHandle: receiptHandle,
                VisibilityTimeout: 0
              }))
            })
            yield* ask(queueUrl, (client, options) => client.send(command, options))
          }
        }),

        remove: Effect.fn("Queues.remove")((queueUrl, { receiptHandle }) => {
          const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle })
          return Effect.asVoid(ask(queueUrl, (client, options) => client.send(command, options)))
        }),

        sendAgain: Effect.fn("Queues.sendAgain")((queueUrl, { body, groupId, attributes }, deduplicationId) => {
          const command = new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: body,
            MessageAttributes: attributes,
            MessageGroupId: groupId,
            MessageDeduplicationId: queueUrl.endsWith(".fifo") ? deduplicationId : undefined
          })
          return Effect.asVoid(ask(queueUrl, (client, options) => client.send(command, options)))
        })
      })
    })
  )
}

const RedrivePolicy = Schema.Struct({ maxReceiveCount: Schema.Union([Schema.Int, Schema.NumberFromString]) })
const decodeRedrivePolicy = Schema.decodeUnknownOption(Schema.fromJsonString(RedrivePolicy))

const heldOf = ({ MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: Message): Held => ({
  messageId: MessageId ?? "",
  receiptHandle: ReceiptHandle ?? "",
  body: Body ?? "",
  sentAt: Number(Attributes?.SentTimestamp ?? 0),
  groupId: Attributes?.MessageGroupId,
  attributes: MessageAttributes ?? {}
})
