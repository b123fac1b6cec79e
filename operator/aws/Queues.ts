import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand
} from "@aws-sdk/client-sqs"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { makeSqsCall, type QueueUnusable } from "./SqsCall.ts"

/** Approximate: SQS counts are exact about a minute after the last change. */
export interface QueueDepth {
  readonly visible: number
  /** In flight, delayed, or waiting for the next attempt. */
  readonly hidden: number
}

export interface QueueAttributes extends QueueDepth {
  readonly arn: string
  /** None for a queue without a dead-letter queue. */
  readonly maxReceiveCount: Option.Option<number>
}

/** A message during its visibility timeout. */
export interface ReceivedMessage {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  /** When it was sent first, before it was a dead letter, in milliseconds since the epoch. */
  readonly sentAt: number
  readonly groupId: string | undefined
  readonly attributes: NonNullable<Message["MessageAttributes"]>
}

/** A message move task of SQS: each message of a dead-letter queue becomes a new message on the destination. */
export interface MoveTask {
  readonly isRunning: boolean
  readonly moved: number
  /** Why it ended early; undefined while it runs and after it has completed. */
  readonly failure: string | undefined
}

/** SQS as an operator uses it. */
export class Queues extends Context.Service<
  Queues,
  {
    readonly attributes: (queueUrl: string) => Effect.Effect<QueueAttributes, QueueUnusable>
    /** At most ten messages, hidden for 30 seconds. Raises their receive count. */
    readonly receive: (queueUrl: string, atMost: number) => Effect.Effect<ReadonlyArray<ReceivedMessage>, QueueUnusable>
    /** Makes the messages visible again at once. */
    readonly release: (queueUrl: string, messages: ReadonlyArray<ReceivedMessage>) => Effect.Effect<void, QueueUnusable>
    readonly deleteMessage: (queueUrl: string, message: ReceivedMessage) => Effect.Effect<void, QueueUnusable>
    /** Sends a copy as a new message. A FIFO queue drops it unless the deduplication id is new. */
    readonly resend: (
      queueUrl: string,
      message: ReceivedMessage,
      deduplicationId: string
    ) => Effect.Effect<void, QueueUnusable>
    /** Takes queue ARNs. Fails with `unsupported` where SQS has no move tasks (the local cloud). */
    readonly startMove: (fromArn: string, toArn: string) => Effect.Effect<void, QueueUnusable>
    /** The status of the queue's latest move task. */
    readonly latestMove: (fromArn: string) => Effect.Effect<MoveTask, QueueUnusable>
  }
>()("imdb-etl/operator/aws/Queues") {
  static readonly layer = Layer.effect(
    Queues,
    Effect.gen(function* () {
      const callSqs = yield* makeSqsCall
      return Queues.of({
        attributes: Effect.fn("Queues.attributes")(function* (queueUrl) {
          const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] })
          const { Attributes = {} } = yield* callSqs(queueUrl, command)
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
            // Short polling queries only some of the SQS servers and may return nothing.
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId"],
            MessageAttributeNames: ["All"]
          })
          const { Messages = [] } = yield* callSqs(queueUrl, command)
          return Messages.map(
            ({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {}, MessageAttributes = {} }) => ({
              messageId: MessageId,
              receiptHandle: ReceiptHandle,
              body: Body,
              sentAt: Number(Attributes.SentTimestamp),
              groupId: Attributes.MessageGroupId,
              attributes: MessageAttributes
            })
          )
        }),

        release: Effect.fn("Queues.release")(function* (queueUrl, messages) {
          const entries = messages.map(({ receiptHandle }, index) => {
            return { Id: `${index}`, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }
          })
          for (const Entries of Arr.chunksOf(entries, 10)) {
            yield* callSqs(queueUrl, new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }))
          }
        }),

        deleteMessage: Effect.fn("Queues.deleteMessage")((queueUrl, { receiptHandle }) => {
          const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle })
          return Effect.asVoid(callSqs(queueUrl, command))
        }),

        resend: Effect.fn("Queues.resend")((queueUrl, { body, groupId, attributes }, deduplicationId) => {
          const command = new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: body,
            MessageAttributes: attributes,
            MessageGroupId: groupId,
            MessageDeduplicationId: queueUrl.endsWith(".fifo") ? deduplicationId : undefined
          })
          return Effect.asVoid(callSqs(queueUrl, command))
        }),

        startMove: Effect.fn("Queues.startMove")((fromArn, toArn) =>
          Effect.asVoid(
            callSqs(fromArn, new StartMessageMoveTaskCommand({ SourceArn: fromArn, DestinationArn: toArn }))
          )
        ),

        latestMove: Effect.fn("Queues.latestMove")(function* (fromArn) {
          const command = new ListMessageMoveTasksCommand({ SourceArn: fromArn, MaxResults: 1 })
          const { Results: [task] = [] } = yield* callSqs(fromArn, command)
          const isRunning = task?.Status === "RUNNING"
          const hasEndedEarly = !isRunning && task?.Status !== "COMPLETED"
          return {
            isRunning,
            moved: task?.ApproximateNumberOfMessagesMoved ?? 0,
            failure: hasEndedEarly ? (task?.FailureReason ?? task?.Status ?? "no task") : undefined
          }
        })
      })
    })
  )
}

const RedrivePolicy = Schema.Struct({ maxReceiveCount: Schema.Union([Schema.Int, Schema.NumberFromString]) })
const decodeRedrivePolicy = Schema.decodeUnknownOption(Schema.fromJsonString(RedrivePolicy))
