import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  waitUntilTableExists
} from "@aws-sdk/client-dynamodb"
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  type S3Client
} from "@aws-sdk/client-s3"
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { errorDetail } from "../../../services/AwsClient.ts"
import { moviesTableDefinition } from "../../support/moviesTable.ts"
import { type ScratchQueue, TargetUnavailable } from "../ConformanceTarget.ts"

export const tags = { "imdb-etl": "conformance" }

/** What was made goes with the scope; what will not go is said on stderr, for somebody to remove by hand. */
export const made = <A, R>(
  what: string,
  make: Effect.Effect<A, TargetUnavailable, R>,
  remove: (made: A) => Promise<unknown>
): Effect.Effect<A, TargetUnavailable, R | Scope.Scope> =>
  Effect.acquireRelease(make, (made) =>
    ask(what, () => remove(made)).pipe(
      // A table that is still being made, or a bucket that just lost its last object, goes a little later.
      Effect.retry(Schedule.spaced("2 seconds").pipe(Schedule.upTo({ times: 30 }))),
      Effect.catch(({ detail }) => Console.error(`The scratch ${what} is left: remove it by hand. ${detail}`))
    )
  )

export const scratchBucket = Effect.fnUntraced(function* (s3: S3Client, Bucket: string) {
  const what = `bucket ${Bucket}`
  const region = yield* ask(what, () => s3.config.region())
  const inRegion = isConstraint(region) ? { CreateBucketConfiguration: { LocationConstraint: region } } : {}
  const create = ask(what, () => s3.send(new CreateBucketCommand({ Bucket, ...inRegion })))
  yield* made(what, create, async () => {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      const keys = Contents.map(({ Key }) => Key)
      while (keys.length > 0) {
        const some = keys.splice(0, 16)
        await Promise.all(some.map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))))
      }
    }
    await s3.send(new DeleteBucketCommand({ Bucket }))
  })
  return Bucket
})

/** S3 takes no constraint to the region where its buckets lie by default. */
const isConstraint = (region: string): region is BucketLocationConstraint => region !== "us-east-1"

export const scratchTable = Effect.fnUntraced(function* (dynamoDb: DynamoDBClient, TableName: string) {
  const what = `table ${TableName}`
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  yield* made(
    what,
    ask(what, () => dynamoDb.send(new CreateTableCommand({ TableName, ...moviesTableDefinition, Tags }))),
    () => dynamoDb.send(new DeleteTableCommand({ TableName }))
  )
  const waiting = { client: dynamoDb, minDelay: 1, maxWaitTime: 120 }
  yield* ask(what, () => waitUntilTableExists(waiting, { TableName }))
  return TableName
})

/** A queue's URL, and the ARN by which others know it. */
export const scratchQueue = Effect.fnUntraced(function* (
  sqs: SQSClient,
  QueueName: string,
  Attributes: Readonly<Record<string, string>>
) {
  const what = `queue ${QueueName}`
  const fifo = QueueName.endsWith(".fifo") ? { FifoQueue: "true" } : {}
  const create = new CreateQueueCommand({ QueueName, Attributes: { ...fifo, ...Attributes }, tags })
  const url = yield* made(
    what,
    Effect.map(
      ask(what, () => sqs.send(create)),
      ({ QueueUrl = "" }) => QueueUrl
    ),
    (QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl }))
  )
  const asking = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] })
  const { Attributes: { QueueArn = "" } = {} } = yield* ask(what, () => sqs.send(asking))
  return { url, arn: QueueArn }
})

/** A queue with its dead-letter queue, which takes what was received three times. */
export const scratchQueues = Effect.fnUntraced(function* (
  sqs: SQSClient,
  name: string,
  kind: "standard" | "fifo",
  visibilitySeconds: number
): Effect.fn.Return<ScratchQueue, TargetUnavailable, Scope.Scope> {
  const suffix = kind === "fifo" ? ".fifo" : ""
  const deadLetters = yield* scratchQueue(sqs, `${name}-dead-letters${suffix}`, {})
  const { url } = yield* scratchQueue(sqs, `${name}${suffix}`, {
    VisibilityTimeout: `${visibilitySeconds}`,
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 })
  })
  return { url, deadLetters: deadLetters.url }
})

/** A call of the SDK about something of the script's own. */
export const ask = <A>(what: string, call: () => Promise<A>): Effect.Effect<A, TargetUnavailable> =>
  Effect.tryPromise({ try: call, catch: (error) => new TargetUnavailable({ what, detail: errorDetail(error) }) })
