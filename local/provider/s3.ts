import * as Schema from "effect/Schema"
import { declaredOnly, kind } from "./kind.ts"

export const s3 = {
  "aws:s3/bucket:Bucket": kind({}, ["forceDestroy"], async ({ physicalName, world }) => {
    const bucket = physicalName.toLowerCase()
    await world.cloud.createBucket(bucket, world.cloud.region)
    return { id: bucket, outputs: { bucket, arn: `arn:aws:s3:::${bucket}`, region: world.cloud.region } }
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": declaredOnly(
    "bucket",
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets"
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": declaredOnly(
    "bucket",
    "rules"
  ),
  "aws:s3/bucketVersioning:BucketVersioning": declaredOnly("bucket", "versioningConfiguration"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": declaredOnly("bucket", "rules"),
  "aws:s3/bucketPolicy:BucketPolicy": kind(
    { bucket: Schema.String, policy: Schema.String },
    [],
    ({ inputs, world }) => {
      world.iam.putBucketPolicy(inputs.bucket, inputs.policy)
      return { id: inputs.bucket, outputs: {} }
    }
  ),
  "aws:s3/bucketNotification:BucketNotification": kind(
    {
      bucket: Schema.String,
      queues: Schema.Array(
        Schema.Struct({
          id: Schema.String,
          queueArn: Schema.String,
          events: Schema.Array(Schema.String),
          filterPrefix: Schema.String,
          filterSuffix: Schema.String
        })
      )
    },
    [],
    async ({ inputs, world }) => {
      await world.lambda.createBucketNotification(inputs)
      return { id: inputs.bucket, outputs: {} }
    }
  )
}
