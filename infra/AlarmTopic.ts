import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { accountOf } from "./policyDocument.ts"
import { subscribeByEmail } from "./subscribeByEmail.ts"

export interface AlarmTopicArgs {
  /** The subscriber, or "" for none. AWS first sends a confirmation request to the address. */
  readonly email: string
}

/**
 * The SNS topic of the alarms and the budget. Not encrypted with KMS: CloudWatch cannot publish under the AWS-managed
 * key, a customer key costs a dollar a month, and a message holds only an alarm's name and numbers.
 */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic
  /** Publishers depend on it. */
  readonly policy: aws.sns.TopicPolicy

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:AlarmTopic", name, {}, opts)
    const child = { parent: this }
    this.topic = new aws.sns.Topic(name, {}, child)
    const account = accountOf(this.topic.arn)
    const mayPublish = (sid: string, service: string, source: pulumi.Output<string>) => ({
      Sid: sid,
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: this.topic.arn,
      Condition: { ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": account } }
    })
    this.policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      {
        arn: this.topic.arn,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            mayPublish(
              "AlarmsMayPublish",
              "cloudwatch.amazonaws.com",
              pulumi.interpolate`arn:aws:cloudwatch:*:${account}:alarm:*`
            ),
            mayPublish("BudgetsMayPublish", "budgets.amazonaws.com", pulumi.interpolate`arn:aws:budgets::${account}:*`)
          ]
        })
      },
      child
    )
    subscribeByEmail(name, this.topic, args.email, child)
    this.registerOutputs({ topic: this.topic.arn })
  }
}
