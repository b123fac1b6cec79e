import { CreateQueueCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import { queueName } from "../cloud/sqs/sqs.ts"
import { arnIn, declaredOnlyType, type ResourceType, resourceType } from "./resourceType.ts"

const RedrivePolicy = Schema.fromJsonString(
  Schema.Struct({ deadLetterTargetArn: Schema.String, maxReceiveCount: Schema.Int })
)

/** Queues and their policies. */
export const queueTypes: Readonly<Record<string, ResourceType>> = {
  "aws:sqs/queue:Queue": resourceType(
    {
      fifoQueue: Schema.optionalKey(Schema.Boolean),
      visibilityTimeoutSeconds: Schema.optionalKey(Schema.Int),
      messageRetentionSeconds: Schema.Int,
      redrivePolicy: Schema.optionalKey(RedrivePolicy)
    },
    ["sqsManagedSseEnabled"],
    async ({ inputs, physicalName, account }) => {
      const { redrivePolicy } = inputs
      const arn = arnIn(account, "sqs", physicalName)
      const attributes = {
        FifoQueue: inputs.fifoQueue,
        VisibilityTimeout: inputs.visibilityTimeoutSeconds,
        MessageRetentionPeriod: inputs.messageRetentionSeconds,
        RedrivePolicy: redrivePolicy === undefined ? undefined : JSON.stringify(redrivePolicy)
      }
      const { QueueUrl } = await account.cloud.clients.sqs.send(
        new CreateQueueCommand({
          QueueName: physicalName,
          Attributes: Object.fromEntries(
            Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, `${value}`]]))
          )
        })
      )
      if (QueueUrl === undefined) throw new Error(`SQS returned no URL for the queue ${physicalName}.`)
      return { id: QueueUrl, outputs: { name: physicalName, url: QueueUrl, arn } }
    }
  ),
  "aws:sqs/queuePolicy:QueuePolicy": resourceType(
    { queueUrl: Schema.String, policy: Schema.String },
    [],
    ({ inputs, account }) => {
      account.iam.putQueuePolicy(arnIn(account, "sqs", queueName(inputs.queueUrl)), inputs.policy)
      return { id: inputs.queueUrl, outputs: {} }
    }
  ),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": declaredOnlyType("queueUrl", "redriveAllowPolicy")
}
