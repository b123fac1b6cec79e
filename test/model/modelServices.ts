import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { QueueUnusable } from "../../operator/aws/askSqs.ts"
import { Functions } from "../../operator/aws/Functions.ts"
import { MoveTasks } from "../../operator/aws/MoveTasks.ts"
import { type Held, Queues } from "../../operator/aws/Queues.ts"
import { DynamoDb, TableUnavailable } from "../../services/DynamoDb.ts"
import { ObjectMissing, ObjectTooLarge, ObjectUnreadable, ObjectUnwritable, S3 } from "../../services/S3.ts"
import { Secrets, SecretUnreadable } from "../../services/Secrets.ts"
import { MessagesUnsent, messageBatches, type QueueMessage, Sqs, VisibilityUnchanged } from "../../services/Sqs.ts"
import type { ModelAccount } from "./ModelAccount.ts"
import { Invalid, type ModelQueue, type Received } from "./ModelQueue.ts"
import type { ModelTable } from "./ModelTable.ts"
import { call, Refused, Weather } from "./Weather.ts"

/** What the handlers call, over a model of AWS. */
export const modelServices = (account: ModelAccount) =>
  Layer.mergeAll(modelS3(account), modelSqs(account), modelDynamoDb(account))

/** What the operator's commands call besides. */
export const modelOperations = (account: ModelAccount) =>
  Layer.mergeAll(modelQueues(account), modelMoveTasks(account), modelFunctions(account))

const modelS3 = (account: ModelAccount) => {
  const called = <A>(operation: string, resource: string, perform: (now: number) => A) =>
    call({ service: "s3", operation, resource }, perform)
  return Layer.succeed(S3)({
    getText: Effect.fnUntraced(function* ({ bucket, key }, { maxBytes }) {
      const found = yield* called("GetObject", key, () => account.buckets.get(bucket)?.get(key)).pipe(
        Effect.mapError(({ detail }) => new ObjectUnreadable({ bucket, key, detail }))
      )
      if (found === undefined) return yield* new ObjectMissing({ bucket, key })
      const size = Buffer.byteLength(found.text)
      if (size > maxBytes) return yield* new ObjectTooLarge({ bucket, key, size, maxBytes })
      return { text: found.text, etag: found.etag }
    }),
    putText: ({ bucket, key }, text) =>
      called("PutObject", key, (now) => account.buckets.get(bucket)?.put(now, key, text)).pipe(
        Effect.mapError(({ detail }) => new ObjectUnwritable({ bucket, key, detail }))
      ),
    list: (bucket, prefix) =>
      called("ListObjectsV2", prefix, () =>
        (account.buckets.get(bucket)?.list(prefix) ?? []).map(({ key, etag, text }) => ({
          key,
          etag,
          size: Buffer.byteLength(text)
        }))
      ).pipe(Effect.mapError(({ detail }) => new ObjectUnreadable({ bucket, key: prefix, detail })))
  })
}

const modelSqs = (account: ModelAccount) => {
  const sendBatch = Effect.fnUntraced(function* (queue: ModelQueue, entries: ReadonlyArray<QueueMessage>) {
    const { takesEntry } = yield* Weather
    const taken = yield* Effect.forEach(entries, () => takesEntry)
    return yield* onQueue(queue, "SendMessageBatch", (now) =>
      entries.flatMap((entry, index) => {
        const outcome = taken[index] ? carriedOut(() => queue.send(now, entry)) : Result.fail(internalError)
        return Result.isFailure(outcome) ? [outcome.failure.detail] : []
      })
    ).pipe(Effect.catch(({ detail }) => Effect.succeed(entries.map(() => detail))))
  })

  return Layer.succeed(Sqs)({
    sendAll: Effect.fnUntraced(function* (queueUrl, entries) {
      const queue = account.queueAt(queueUrl)
      const refusals = (yield* Effect.forEach(messageBatches(entries), (batch) => sendBatch(queue, batch))).flat()
      const last = refusals.at(-1)
      if (last !== undefined) return yield* new MessagesUnsent({ queueUrl, unsent: refusals.length, detail: last })
    }),
    changeVisibility: (queueUrl, receiptHandle, seconds) => {
      const queue = account.queueAt(queueUrl)
      return onQueue(queue, "ChangeMessageVisibility", (now) =>
        queue.changeVisibility(now, receiptHandle, seconds)
      ).pipe(Effect.mapError(({ detail }) => new VisibilityUnchanged({ queueUrl, detail })))
    }
  })
}

const modelDynamoDb = (account: ModelAccount) => {
  const onTable = <A>(name: string, operation: string, perform: (table: ModelTable, now: number) => A) => {
    const unavailable = (detail: string) => new TableUnavailable({ table: name, detail })
    const table = account.tables.get(name)
    if (table === undefined) return Effect.fail(unavailable("ResourceNotFoundException: Table not found"))
    return call({ service: "dynamodb", operation, resource: name }, (now) => perform(table, now)).pipe(
      Effect.mapError(({ detail }) => unavailable(detail))
    )
  }
  return Layer.succeed(DynamoDb)({
    putUnlessNewer: (name, item) => onTable(name, "PutItem", (table, now) => table.put(now, item)),
    deleteUnlessNewer: (name, key, loadedFrom) =>
      onTable(name, "DeleteItem", (table, now) => table.delete(now, key, loadedFrom)),
    idsOfDay: Effect.fnUntraced(function* (name, runDate) {
      const { indexLag } = yield* Weather
      return yield* onTable(name, "Query", (table, now) =>
        table.day(runDate, now - indexLag()).map(({ imdbId }) => imdbId)
      )
    })
  })
}

/** The pipeline's own remembering of the key, over the model's secret. */
export const modelSecrets = (account: ModelAccount, reading = Secrets.layerFrom) =>
  reading((secret) =>
    call({ service: "secretsmanager", operation: "GetSecretValue", resource: secret }, () =>
      account.secrets.get(secret)
    ).pipe(
      Effect.mapError(({ detail }) => new SecretUnreadable({ secret, detail })),
      Effect.filterOrFail(
        (text) => text !== undefined,
        () => new SecretUnreadable({ secret, detail: "ResourceNotFoundException: no such secret" })
      )
    )
  )

const modelQueues = (account: ModelAccount) => {
  const on = <A>(queueUrl: string, operation: string, perform: (queue: ModelQueue, now: number) => A) =>
    onQueue(account.queueAt(queueUrl), operation, (now) => perform(account.queueAt(queueUrl), now)).pipe(
      Effect.mapError(unusable(queueUrl))
    )
  return Layer.succeed(Queues)({
    attributes: (queueUrl) =>
      on(queueUrl, "GetQueueAttributes", (queue, now) => ({
        arn: queue.arn,
        ...queue.depth(now),
        maxReceiveCount: Option.fromUndefinedOr(queue.settings.redrive?.maxReceiveCount)
      })),
    receive: (queueUrl, atMost) =>
      on(queueUrl, "ReceiveMessage", (queue, now) =>
        queue.receive(now, atMost, { visibilityTimeoutSeconds: 30 }).map(heldOf)
      ),
    release: (queueUrl, held) =>
      on(queueUrl, "ChangeMessageVisibilityBatch", (queue, now) => {
        for (const { receiptHandle } of held) queue.changeVisibility(now, receiptHandle, 0)
      }),
    remove: (queueUrl, { receiptHandle }) =>
      on(queueUrl, "DeleteMessage", (queue, now) => queue.delete(now, receiptHandle)),
    sendAgain: (queueUrl, { body, groupId, attributes }, deduplicationId) =>
      on(queueUrl, "SendMessage", (queue, now) => {
        queue.send(now, { body, groupId, deduplicationId, attributes: textsOf(attributes) })
      })
  })
}

const modelMoveTasks = (account: ModelAccount) => {
  const moved = new Map<string, number>()
  return Layer.succeed(MoveTasks)({
    start: (fromArn, toArn) =>
      onQueue(account.queueAt(fromArn), "StartMessageMoveTask", (now) => {
        moved.set(fromArn, account.queueAt(fromArn).moveTo(now, account.queueAt(toArn)))
      }).pipe(Effect.mapError(unusable(fromArn))),
    latest: (fromArn) => Effect.sync(() => ({ isRunning: false, moved: moved.get(fromArn) ?? 0, failure: undefined }))
  })
}

const modelFunctions = (account: ModelAccount) =>
  Layer.succeed(Functions)({
    invokeAsync: (name, event) => Effect.map(Clock.currentTimeMillis, (now) => account.onInvoke(name, event, now))
  })

const internalError = new Refused({ detail: "InternalError: We encountered an internal error. Please try again." })

/** What SQS says of a call that it does not carry out is an error; any other exception is a slip of the model. */
const carriedOut = <A>(perform: () => A): Result.Result<A, Refused> =>
  Result.try({
    try: perform,
    catch: (cause) => {
      if (cause instanceof Invalid) return new Refused({ detail: cause.message })
      throw cause
    }
  })

const onQueue = <A>(queue: ModelQueue, operation: string, perform: (now: number) => A): Effect.Effect<A, Refused> =>
  Effect.flatMap(
    call({ service: "sqs", operation, resource: queue.settings.name }, (now) => carriedOut(() => perform(now))),
    Effect.fromResult
  )

const unusable =
  (queueUrl: string) =>
  ({ detail }: Refused) =>
    new QueueUnusable({ queueUrl, detail, unsupported: false })

const heldOf = ({ messageId, receiptHandle, body, sentAt, groupId, attributes = {} }: Received): Held => ({
  messageId,
  receiptHandle,
  body,
  sentAt,
  groupId,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }])
  )
})

const textsOf = (attributes: Held["attributes"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(attributes).map(([name, { StringValue = "" }]) => [name, StringValue]))
