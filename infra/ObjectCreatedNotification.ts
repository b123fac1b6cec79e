import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { accountOf } from "./policyDocument.ts"

export interface ObjectCreatedNotificationArgs {
  readonly bucket: aws.s3.Bucket
  readonly prefix: string
  readonly suffix: string
  readonly queue: aws.sqs.Queue
}

/**
 * Sends an S3 event for each created object to a queue. A bucket has one notification configuration: a second
 * BucketNotification on the same bucket would silently overwrite the first.
 */
export class ObjectCreatedNotification extends pulumi.ComponentResource {
  constructor(name: string, args: ObjectCreatedNotificationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:ArrivalNotification", name, {}, opts)
    const policy = new aws.sqs.QueuePolicy(
      `${name}-queue-policy`,
      {
        queueUrl: args.queue.url,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "BucketMaySend",
              Effect: "Allow",
              Principal: { Service: "s3.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: args.queue.arn,
              Condition: {
                ArnEquals: { "aws:SourceArn": args.bucket.arn },
                // A bucket's ARN has no account id, and the name of a deleted bucket can be taken by anyone.
                StringEquals: { "aws:SourceAccount": accountOf(args.queue.arn) }
              }
            }
          ]
        })
      },
      { parent: this }
    )
    new aws.s3.BucketNotification(
      name,
      {
        bucket: args.bucket.bucket,
        queues: [
          {
            id: name,
            queueArn: args.queue.arn,
            events: ["s3:ObjectCreated:*"],
            filterPrefix: args.prefix,
            filterSuffix: args.suffix
          }
        ]
      },
      // S3 sends a test message when the configuration is created, and refuses the configuration if it may not send.
      { parent: this, dependsOn: [policy] }
    )
    this.registerOutputs({})
  }
}
