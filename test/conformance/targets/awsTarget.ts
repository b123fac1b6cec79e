import { PutBucketNotificationConfigurationCommand, PutBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient
} from "@aws-sdk/client-secrets-manager"
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { AwsClientSettings } from "../../../services/AwsClient.ts"
import { clientOptions } from "../../../services/AwsClient.ts"
import { cloudSite } from "./cloudTarget.ts"
import { ask, made, tags } from "./scratchResources.ts"

const tagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const clientsOf = (aws: typeof AwsClientSettings.Service) =>
  Effect.acquireRelease(
    Effect.sync(() => ({
      s3: new S3Client({ ...clientOptions, ...aws }),
      sqs: new SQSClient({ ...clientOptions, ...aws }),
      secretsManager: new SecretsManagerClient({ ...clientOptions, ...aws })
    })),
    ({ s3, sqs, secretsManager }) =>
      Effect.sync(() => {
        for (const client of [s3, sqs, secretsManager]) client.destroy()
      })
  )

/** The account and the region of a deployed stack, with the credentials of the environment; the stack is not touched. */
export const awsSite = (aws: typeof AwsClientSettings.Service) =>
  Layer.unwrap(
    Effect.map(clientsOf(aws), ({ s3, sqs, secretsManager }) =>
      cloudSite({
        name: "AWS",
        aws,
        visibilitySeconds: 10,
        // A poll that waits asks all of SQS's servers; one that does not may come back with nothing.
        pollSeconds: 2,
        // SQS asks for a second before a new queue is used.
        settling: "2 seconds",
        // A queue's depth is right a minute after the last change.
        patience: "2 minutes",

        newSecret: Effect.fnUntraced(function* (Name) {
          const what = `secret ${Name}`
          yield* made(
            what,
            ask(what, () => secretsManager.send(new CreateSecretCommand({ Name, Tags: tagSet }))),
            () => secretsManager.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }))
          )
          return {
            id: Name,
            set: (SecretString) =>
              Effect.asVoid(
                ask(what, () => secretsManager.send(new PutSecretValueCommand({ SecretId: Name, SecretString })))
              )
          }
        }),

        notify: Effect.fnUntraced(function* (Bucket, { url, arn }) {
          const what = `notification of ${Bucket}`
          yield* ask(what, () => s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagSet } })))
          const Policy = JSON.stringify(mayBeToldBy(Bucket, arn))
          yield* ask(what, () => sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } })))
          yield* ask(what, () => s3.send(tellingOf(Bucket, arn))).pipe(
            // It takes up to a minute until the queue's policy is known everywhere.
            Effect.retry(Schedule.spaced("5 seconds").pipe(Schedule.upTo({ times: 12 })))
          )
        })
      })
    )
  )

const mayBeToldBy = (bucket: string, queueArn: string) => ({
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

const tellingOf = (Bucket: string, QueueArn: string) =>
  new PutBucketNotificationConfigurationCommand({
    Bucket,
    NotificationConfiguration: {
      QueueConfigurations: [
        {
          QueueArn,
          Events: ["s3:ObjectCreated:*"],
          Filter: {
            Key: {
              FilterRules: [
                { Name: "prefix", Value: "csv/" },
                { Name: "suffix", Value: ".csv" }
              ]
            }
          }
        }
      ]
    }
  })
