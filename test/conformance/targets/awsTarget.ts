import { PutBucketNotificationConfigurationCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3"
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager"
import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { AwsClientSettings } from "../../../services/AwsClient.ts"
import { startCloudTarget } from "./cloudTarget.ts"
import { callFor, scratchResource, tagList } from "./scratchResources.ts"

/** AWS in the account and region of a deployed stack; the stack's own resources are not used. */
export const startAwsTarget = (settings: typeof AwsClientSettings.Service) =>
  startCloudTarget({
    name: "AWS",
    settings,
    visibilitySeconds: 10,
    // Short polling queries only some of the SQS servers and may return nothing.
    pollSeconds: 2,
    // A new queue can be used after one second.
    queueSettles: "2 seconds",
    // The depth of a queue is exact about a minute after the last change.
    patience: "2 minutes",

    createSecret: Effect.fnUntraced(function* (Name, { secretsManager }) {
      const resource = `secret ${Name}`
      yield* scratchResource(
        resource,
        () => secretsManager.send(new CreateSecretCommand({ Name, Tags: tagList })),
        () => secretsManager.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }))
      )
      const put = (SecretString: string) =>
        secretsManager.send(new PutSecretValueCommand({ SecretId: Name, SecretString }))
      return { id: Name, set: (text) => Effect.asVoid(callFor(resource, () => put(text))) }
    }),

    notify: Effect.fnUntraced(function* (Bucket, { url, arn }, { s3, sqs }) {
      const resource = `notification of ${Bucket}`
      yield* callFor(resource, () => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList } })))
      const Policy = JSON.stringify(sendPolicy(Bucket, arn))
      yield* callFor(resource, () => sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } })))
      yield* callFor(resource, () => s3.send(notifyCommand(Bucket, arn))).pipe(
        // A queue policy takes effect within a minute.
        Effect.retry(Schedule.spaced("5 seconds").pipe(Schedule.upTo({ times: 12 })))
      )
    })
  })

const sendPolicy = (bucket: string, queueArn: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": `arn:${queueArn.split(":")[1]}:s3:::${bucket}` } }
    }
  ]
})

const notifyCommand = (Bucket: string, QueueArn: string) => {
  const FilterRules = [
    { Name: "prefix" as const, Value: "csv/" },
    { Name: "suffix" as const, Value: ".csv" }
  ]
  const QueueConfigurations = [{ QueueArn, Events: ["s3:ObjectCreated:*" as const], Filter: { Key: { FilterRules } } }]
  return new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } })
}
