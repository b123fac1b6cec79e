import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { accountOf } from "./policyDocument.ts"

export interface AlarmTopicArgs {
  /** Who is told; empty for nobody. AWS asks the address to confirm before it sends anything else. */
  readonly email: string
}

/**
 * Where alarms and the budget are told. Not encrypted with a key: under the AWS-managed one CloudWatch cannot publish,
 * one of our own costs a dollar a month, and a message holds an alarm's name and numbers only.
 */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic
  /** Whoever is to publish waits for it. */
  readonly policy: aws.sns.TopicPolicy

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:AlarmTopic", name, {}, opts)
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
    if (args.email !== "") {
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: this.topic.arn, protocol: "email", endpoint: args.email },
        child
      )
    }
    this.registerOutputs({ topic: this.topic.arn })
  }
}
