import * as aws from "@pulumi/aws"
import type * as pulumi from "@pulumi/pulumi"

/** Subscribes the address to the topic; "" for none. AWS first sends a confirmation request to the address. */
export const subscribeByEmail = (
  name: string,
  topic: aws.sns.Topic,
  email: string,
  opts: pulumi.CustomResourceOptions
): void => {
  if (email === "") return
  new aws.sns.TopicSubscription(`${name}-email`, { topic: topic.arn, protocol: "email", endpoint: email }, opts)
}
