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
export const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** An SDK call on a scratch resource. */
export const callFor = <A>(resource: string, call: () => Promise<A>): Effect.Effect<A, TargetUnavailable> =>
  Effect.tryPromise({ try: call, catch: (error) => new TargetUnavailable({ resource, detail: errorDetail(error) }) })

/** Creates a resource that is deleted with the scope. One that cannot be deleted is named on stderr. */
export const scratchResource = <A>(
  resource: string,
  create: () => Promise<A>,
  remove: (created: A) => Promise<unknown>
): Effect.Effect<A, TargetUnavailable, Scope.Scope> =>
  Effect.acquireRelease(callFor(resource, create), (created) =>
    callFor(resource, () => remove(created)).pipe(
      // A table that is still being created or a bucket that was just emptied can be deleted a little later.
      Effect.retry(Schedule.spaced("2 seconds").pipe(Schedule.upTo({ times: 30 }))),
      Effect.catch(({ detail }) =>
        Console.error(`The scratch ${resource} was not deleted: delete it by hand. ${detail}`)
      )
    )
  )

export const scratchBucket = Effect.fnUntraced(function* (s3: S3Client, Bucket: string) {
  const resource = `bucket ${Bucket}`
  const region = yield* callFor(resource, () => s3.config.region())
  const location = isConstraint(region) ? { CreateBucketConfiguration: { LocationConstraint: region } } : {}
  const create = () => s3.send(new CreateBucketCommand({ Bucket, ...location }))
  yield* scratchResource(resource, create, async () => {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      const keys = Contents.map(({ Key }) => Key)
      while (keys.length > 0) {
        await Promise.all(keys.splice(0, 16).map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))))
      }
    }
    await s3.send(new DeleteBucketCommand({ Bucket }))
  })
  return Bucket
})

/** S3 rejects a location constraint in us-east-1, its default region. */
const isConstraint = (region: string): region is BucketLocationConstraint => region !== "us-east-1"

export const scratchTable = Effect.fnUntraced(function* (dynamoDb: DynamoDBClient, TableName: string) {
  const resource = `table ${TableName}`
  yield* scratchResource(
    resource,
    () => dynamoDb.send(new CreateTableCommand({ TableName, ...moviesTableDefinition, Tags: tagList })),
    () => dynamoDb.send(new DeleteTableCommand({ TableName }))
  )
  const waiter = { client: dynamoDb, minDelay: 1, maxWaitTime: 120 }
  yield* callFor(resource, () => waitUntilTableExists(waiter, { TableName }))
  return TableName
})

export const scratchQueue = Effect.fnUntraced(function* (
  sqs: SQSClient,
  QueueName: string,
  attributes: Readonly<Record<string, string>> = {}
) {
  const resource = `queue ${QueueName}`
  const Attributes = QueueName.endsWith(".fifo") ? { FifoQueue: "true", ...attributes } : attributes
  const { QueueUrl: url = "" } = yield* scratchResource(
    resource,
    () => sqs.send(new CreateQueueCommand({ QueueName, Attributes, tags })),
    ({ QueueUrl }) => sqs.send(new DeleteQueueCommand({ QueueUrl }))
  )
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] })
  const { Attributes: { QueueArn: arn = "" } = {} } = yield* callFor(resource, () => sqs.send(command))
  return { url, arn }
})

export const scratchQueueWithDeadLetters = Effect.fnUntraced(function* (
  sqs: SQSClient,
  name: string,
  type: "standard" | "fifo",
  visibilitySeconds: number
): Effect.fn.Return<ScratchQueue, TargetUnavailable, Scope.Scope> {
  const suffix = type === "fifo" ? ".fifo" : ""
  const deadLetterQueue = yield* scratchQueue(sqs, `${name}-dead-letters${suffix}`)
  const { url } = yield* scratchQueue(sqs, `${name}${suffix}`, {
    VisibilityTimeout: `${visibilitySeconds}`,
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount: 3 })
  })
  return { url, deadLetterQueueUrl: deadLetterQueue.url }
})
