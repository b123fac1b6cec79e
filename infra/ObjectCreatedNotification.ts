import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { accountOf } from "./policyDocument.ts"

export interface ObjectCreatedNotificationArgs {
  readonly bucket: aws.s3.Bucket
  /** By the notification's id. S3 refuses two whose prefixes and suffixes both overlap. */
  readonly queues: Readonly<Record<string, NotifiedQueue>>
}

interface NotifiedQueue {
  readonly prefix: string
  readonly suffix: string
  readonly queue: aws.sqs.Queue
}

/**
 * Sends an S3 event for each created object to the queue of its prefix and suffix. A bucket has one notification
 * configuration: a second BucketNotification on the same bucket would silently overwrite the first.
 */
export class ObjectCreatedNotification extends pulumi.ComponentResource {
  constructor(name: string, args: ObjectCreatedNotificationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:ObjectCreatedNotification", name, {}, opts)
    const queues = Object.entries(args.queues)
    const policies = queues.map(
      ([id, { queue }]) =>
        new aws.sqs.QueuePolicy(
          `${id}-queue-policy`,
          { queueUrl: queue.url, policy: bucketMaySend(args.bucket, queue) },
          { parent: this }
        )
    )
    new aws.s3.BucketNotification(
      name,
      {
        bucket: args.bucket.bucket,
        queues: queues.map(([id, { prefix, suffix, queue }]) => ({
          id,
          queueArn: queue.arn,
          events: ["s3:ObjectCreated:*"],
          filterPrefix: prefix,
          filterSuffix: suffix
        }))
      },
      // S3 sends a test message when the configuration is created, and refuses the configuration if it may not send.
      { parent: this, dependsOn: policies }
    )
    this.registerOutputs({})
  }
}

const bucketMaySend = (bucket: aws.s3.Bucket, queue: aws.sqs.Queue) =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "BucketMaySend",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queue.arn,
        Condition: {
          ArnEquals: { "aws:SourceArn": bucket.arn },
          // A bucket's ARN has no account id, and the name of a deleted bucket can be taken by anyone.
          StringEquals: { "aws:SourceAccount": accountOf(queue.arn) }
        }
      }
    ]
  })
