import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import * as Schema from "effect/Schema"
import { arnIn, declaredOnlyType, type ResourceType, resourceType } from "./resourceType.ts"

const keySchema = (hashKey: string, rangeKey: string) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  { AttributeName: rangeKey, KeyType: "RANGE" as const }
]

/** Buckets, tables and secrets. */
export const storageTypes: Readonly<Record<string, ResourceType>> = {
  "aws:s3/bucket:Bucket": resourceType({}, ["forceDestroy"], async ({ physicalName, account }) => {
    const bucket = physicalName.toLowerCase()
    await account.cloud.createBucket(bucket, account.cloud.region)
    return { id: bucket, outputs: { bucket, arn: `arn:aws:s3:::${bucket}`, region: account.cloud.region } }
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": declaredOnlyType(
    "bucket",
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets"
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": declaredOnlyType(
    "bucket",
    "rules"
  ),
  "aws:s3/bucketVersioning:BucketVersioning": declaredOnlyType("bucket", "versioningConfiguration"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": declaredOnlyType("bucket", "rules"),
  "aws:s3/bucketPolicy:BucketPolicy": resourceType(
    { bucket: Schema.String, policy: Schema.String },
    [],
    ({ inputs, account }) => {
      account.iam.putBucketPolicy(inputs.bucket, inputs.policy)
      return { id: inputs.bucket, outputs: {} }
    }
  ),
  "aws:s3/bucketNotification:BucketNotification": resourceType(
    {
      bucket: Schema.String,
      queues: Schema.Array(
        Schema.Struct({
          id: Schema.String,
          queueArn: Schema.String,
          events: Schema.Tuple([Schema.Literal("s3:ObjectCreated:*")]),
          filterPrefix: Schema.String,
          filterSuffix: Schema.String
        })
      )
    },
    [],
    async ({ inputs, account }) => {
      await account.lambda.createBucketNotification(inputs)
      return { id: inputs.bucket, outputs: {} }
    }
  ),
  "aws:dynamodb/table:Table": resourceType(
    {
      billingMode: Schema.Literal("PAY_PER_REQUEST"),
      hashKey: Schema.String,
      rangeKey: Schema.String,
      attributes: Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.Literals(["S", "N", "B"]) })),
      globalSecondaryIndexes: Schema.Array(
        Schema.Struct({
          name: Schema.String,
          hashKey: Schema.String,
          rangeKey: Schema.String,
          projectionType: Schema.Literal("ALL")
        })
      )
    },
    ["pointInTimeRecovery", "deletionProtectionEnabled"],
    async ({ inputs, physicalName, account }) => {
      await account.cloud.clients.dynamoDb.send(
        new CreateTableCommand({
          TableName: physicalName,
          BillingMode: inputs.billingMode,
          AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({
            AttributeName: name,
            AttributeType: type
          })),
          KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
          GlobalSecondaryIndexes: inputs.globalSecondaryIndexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index.hashKey, index.rangeKey),
            Projection: { ProjectionType: index.projectionType }
          }))
        })
      )
      return {
        id: physicalName,
        outputs: { name: physicalName, arn: arnIn(account, "dynamodb", `table/${physicalName}`) }
      }
    }
  ),
  "aws:secretsmanager/secret:Secret": resourceType(
    {},
    ["description", "recoveryWindowInDays"],
    ({ physicalName, account }) => {
      const arn = account.cloud.secrets.create(physicalName)
      return { id: arn, outputs: { name: physicalName, arn } }
    }
  ),
  "aws:secretsmanager/secretVersion:SecretVersion": resourceType(
    { secretId: Schema.String, secretString: Schema.String },
    [],
    ({ inputs, physicalName, account }) => {
      account.cloud.secrets.put(inputs.secretId, inputs.secretString)
      return { id: `${inputs.secretId}|${physicalName}`, outputs: { arn: inputs.secretId } }
    }
  )
}
