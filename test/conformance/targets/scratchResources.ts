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
  PutBucketNotificationConfigurationCommand,
  PutBucketTaggingCommand,
  paginateListObjectsV2,
  type S3Client
} from "@aws-sdk/client-s3"
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient
} from "@aws-sdk/client-secrets-manager"
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient
} from "@aws-sdk/client-sqs"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { CannotRun } from "../../../cli/CommandErrors.ts"
import { errorDetail } from "../../../services/AwsClient.ts"
import { moviesTableDefinition } from "../../support/moviesTable.ts"

const tags = { "imdb-etl": "conformance" }
const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** An SDK call on a scratch resource. */
const callFor = <A>(resource: string, call: () => Promise<A>) =>
  Effect.tryPromise({
    try: call,
    catch: (error) => new CannotRun({ message: `The scratch ${resource} cannot be used: ${errorDetail(error)}` })
  })

/** Creates a resource that is deleted with the scope. One that cannot be deleted is named on stderr. */
export const scratchResource = <A>(
  resource: string,
  create: () => Promise<A>,
  remove: (created: A) => Promise<unknown>
) =>
  Effect.acquireRelease(callFor(resource, create), (created) =>
    Effect.tryPromise({ try: () => remove(created), catch: errorDetail }).pipe(
      // A table that is still being created or a bucket that was just emptied can be deleted a little later.
      Effect.retry(Schedule.spaced("2 seconds").pipe(Schedule.upTo({ times: 30 }))),
      Effect.catch((detail) => Console.error(`The scratch ${resource} was not deleted: delete it by hand. ${detail}`))
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
  yield* callFor(resource, () => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList } })))
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

/** Returns a function that sets its text. */
export const scratchSecret = Effect.fnUntraced(function* (secretsManager: SecretsManagerClient, Name: string) {
  const resource = `secret ${Name}`
  yield* scratchResource(
    resource,
    () => secretsManager.send(new CreateSecretCommand({ Name, Tags: tagList })),
    () => secretsManager.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }))
  )
  return (SecretString: string) =>
    callFor(resource, () => secretsManager.send(new PutSecretValueCommand({ SecretId: Name, SecretString })))
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

/** Makes the bucket notify the queue of every `csv/….csv`. */
export const notify = Effect.fnUntraced(function* (
  { s3, sqs }: { readonly s3: S3Client; readonly sqs: SQSClient },
  Bucket: string,
  queue: { readonly url: string; readonly arn: string }
) {
  const resource = `notification of ${Bucket}`
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queue.arn,
    Condition: { ArnEquals: { "aws:SourceArn": `arn:${queue.arn.split(":")[1]}:s3:::${Bucket}` } }
  }
  const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }) }
  yield* callFor(resource, () => sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes })))
  const FilterRules = [
    { Name: "prefix" as const, Value: "csv/" },
    { Name: "suffix" as const, Value: ".csv" }
  ]
  const Events = ["s3:ObjectCreated:*" as const]
  const QueueConfigurations = [{ QueueArn: queue.arn, Events, Filter: { Key: { FilterRules } } }]
  const NotificationConfiguration = { QueueConfigurations }
  const command = new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })
  yield* callFor(resource, () => s3.send(command)).pipe(
    // A queue policy takes effect within a minute.
    Effect.retry(Schedule.spaced("5 seconds").pipe(Schedule.upTo({ times: 12 })))
  )
})
