import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { subscribeByEmail } from "./subscribeByEmail.ts"

export interface DatasetTopicArgs {
  /** The subscriber, or "" for none. */
  readonly email: string
}

/** The SNS topic with a message for each new or changed dataset. Not encrypted with KMS: a key costs a dollar a month. */
export class DatasetTopic extends pulumi.ComponentResource {
  readonly topic: aws.sns.Topic

  constructor(name: string, args: DatasetTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DatasetTopic", name, {}, opts)
    const child = { parent: this }
    this.topic = new aws.sns.Topic(name, {}, child)
    subscribeByEmail(name, this.topic, args.email, child)
    this.registerOutputs({ topic: this.topic.arn })
  }
}
