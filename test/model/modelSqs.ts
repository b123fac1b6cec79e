import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { Functions } from "../../operator/aws/Functions.ts"
import { type ReceivedMessage as OperatorMessage, Queues } from "../../operator/aws/Queues.ts"
import { QueueUnusable } from "../../operator/aws/SqsCall.ts"
import {
  MessageNotDeleted,
  MessagesUnsent,
  messageBatches,
  type QueueMessage,
  Sqs,
  VisibilityUnchanged
} from "../../services/Sqs.ts"
import type { ModelAccount } from "./ModelAccount.ts"
import { type ModelQueue, type NewMessage, type ReceivedMessage, SqsError } from "./ModelQueue.ts"
import { CallFailed, internalError } from "./ServiceFaults.ts"

export const modelSqs = (account: ModelAccount) => {
  const sendBatch = Effect.fnUntraced(function* (queue: ModelQueue, entries: ReadonlyArray<QueueMessage>) {
    const bodies = yield* Effect.forEach(entries, ({ body }) => account.faults.storedBody(body))
    return yield* callQueue(account, queue, "SendMessageBatch", (now) =>
      entries.flatMap((entry, index) => {
        const body = bodies[index]
        const outcome =
          body === undefined ? Result.fail(internalError) : attempt(() => queue.send(now, { ...entry, body }))
        return Result.isFailure(outcome) ? [outcome.failure.detail] : []
      })
    ).pipe(Effect.catch(({ detail }) => Effect.succeed(entries.map(() => detail))))
  })

  return Layer.succeed(Sqs)({
    sendAll: Effect.fnUntraced(function* (queueUrl, entries) {
      const queue = account.findQueue(queueUrl)
      const failures = (yield* Effect.forEach(messageBatches(entries), (batch) => sendBatch(queue, batch))).flat()
      const last = failures.at(-1)
      if (last !== undefined) return yield* new MessagesUnsent({ queueUrl, unsent: failures.length, detail: last })
    }),
    changeVisibility: (queueUrl, receiptHandle, seconds) => {
      const queue = account.findQueue(queueUrl)
      return callQueue(account, queue, "ChangeMessageVisibility", (now) =>
        queue.changeVisibility(now, receiptHandle, seconds)
      ).pipe(Effect.mapError(({ detail }) => new VisibilityUnchanged({ queueUrl, detail })))
    },
    deleteMessage: (queueUrl, receiptHandle) => {
      const queue = account.findQueue(queueUrl)
      return callQueue(account, queue, "DeleteMessage", (now) => queue.delete(now, receiptHandle)).pipe(
        Effect.mapError(({ detail }) => new MessageNotDeleted({ queueUrl, detail }))
      )
    }
  })
}

/** The AWS services that the operator's commands call in addition to the handlers'. */
export const modelOperatorServices = (account: ModelAccount) =>
  Layer.merge(modelQueues(account), modelFunctions(account))

const modelQueues = (account: ModelAccount) => {
  const call = <A>(queueUrl: string, operation: string, perform: (queue: ModelQueue, now: number) => A) => {
    const queue = account.findQueue(queueUrl)
    return callQueue(account, queue, operation, (now) => perform(queue, now)).pipe(Effect.mapError(unusable(queueUrl)))
  }
  const moved = new Map<string, number>()
  return Layer.succeed(Queues)({
    attributes: (queueUrl) =>
      call(queueUrl, "GetQueueAttributes", (queue, now) => ({
        arn: queue.arn,
        ...queue.depth(now),
        maxReceiveCount: Option.fromUndefinedOr(queue.settings.redrive?.maxReceiveCount)
      })),
    receive: (queueUrl, atMost) =>
      call(queueUrl, "ReceiveMessage", (queue, now) =>
        queue.receive(now, atMost, { visibilityTimeoutSeconds: 30 }).map(operatorMessageOf)
      ),
    release: (queueUrl, held) =>
      call(queueUrl, "ChangeMessageVisibilityBatch", (queue, now) => {
        for (const { receiptHandle } of held) queue.changeVisibility(now, receiptHandle, 0)
      }),
    deleteMessage: (queueUrl, { receiptHandle }) =>
      call(queueUrl, "DeleteMessage", (queue, now) => queue.delete(now, receiptHandle)),
    resend: (queueUrl, { body, groupId, attributes }, deduplicationId) =>
      call(queueUrl, "SendMessage", (queue, now) => {
        queue.send(now, { body, groupId, deduplicationId, attributes: textsOf(attributes) })
      }),
    startMove: (fromArn, toArn) =>
      call(fromArn, "StartMessageMoveTask", (from, now) => {
        moved.set(fromArn, from.moveAll(now, account.findQueue(toArn)))
      }),
    latestMove: (fromArn) =>
      Effect.sync(() => ({ isRunning: false, moved: moved.get(fromArn) ?? 0, failure: undefined }))
  })
}

const modelFunctions = (account: ModelAccount) =>
  Layer.succeed(Functions)({
    invokeAsync: (name, event) => Effect.map(Clock.currentTimeMillis, (now) => account.onInvoke(name, event, now))
  })

/** An SQS error as a failure; any other exception is a defect of the model and is thrown. */
const attempt = <A>(perform: () => A): Result.Result<A, CallFailed> =>
  Result.try({
    try: perform,
    catch: (cause) => {
      if (cause instanceof SqsError) return new CallFailed({ detail: cause.message })
      throw cause
    }
  })

const callQueue = <A>(
  account: ModelAccount,
  queue: ModelQueue,
  operation: string,
  perform: (now: number) => A
): Effect.Effect<A, CallFailed> =>
  Effect.flatMap(
    account.faults.call({ service: "sqs", operation, resource: queue.settings.name }, (now) =>
      attempt(() => perform(now))
    ),
    Effect.fromResult
  )

const unusable =
  (queueUrl: string) =>
  ({ detail }: CallFailed) =>
    new QueueUnusable({ queueUrl, detail, unsupported: false })

const operatorMessageOf = ({
  messageId,
  receiptHandle,
  body,
  sentAt,
  groupId,
  attributes = {}
}: ReceivedMessage): OperatorMessage => ({
  messageId,
  receiptHandle,
  body,
  sentAt,
  groupId,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }])
  )
})

const textsOf = (attributes: OperatorMessage["attributes"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(attributes).map(([name, { StringValue = "" }]) => [name, StringValue]))

/** The record that an event source mapping hands to a function for a received message. */
export const lambdaRecord = (
  queue: ModelQueue,
  { messageId, receiptHandle, body, receiveCount, groupId, sentAt }: ReceivedMessage
) => ({
  messageId,
  receiptHandle,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(sentAt),
    ...(groupId !== undefined && { MessageGroupId: groupId })
  },
  messageAttributes: {},
  eventSource: "aws:sqs",
  eventSourceARN: queue.arn,
  awsRegion: "eu-central-1"
})

/** Sends messages, receives them at once, and returns the event that a function gets. `receiveCount`: this receive included. */
export const deliver = (
  queue: ModelQueue,
  now: number,
  ...messages: ReadonlyArray<NewMessage & { readonly receiveCount?: number }>
) => {
  for (const { receiveCount = 1, ...message } of messages) queue.send(now, message, receiveCount - 1)
  return { Records: queue.receive(now, messages.length).map((message) => lambdaRecord(queue, message)) }
}
