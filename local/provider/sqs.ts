import { CreateQueueCommand } from "@aws-sdk/client-sqs"
import * as Schema from "effect/Schema"
import { declaredOnly, kind } from "./kind.ts"

export const sqs = {
  "aws:sqs/queue:Queue": kind(
    {
      fifoQueue: Schema.optionalKey(Schema.Boolean),
      visibilityTimeoutSeconds: Schema.optionalKey(Schema.Int),
      messageRetentionSeconds: Schema.Int,
      redrivePolicy: Schema.optionalKey(Schema.String)
    },
    ["sqsManagedSseEnabled"],
    async ({ inputs, physicalName, world }) => {
      const attributes = {
        FifoQueue: inputs.fifoQueue,
        VisibilityTimeout: inputs.visibilityTimeoutSeconds,
        MessageRetentionPeriod: inputs.messageRetentionSeconds,
        RedrivePolicy: inputs.redrivePolicy
      }
      const { QueueUrl } = await world.cloud.clients.sqs.send(
        new CreateQueueCommand({
          QueueName: physicalName,
          Attributes: Object.fromEntries(
            Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, `${value}`]]))
          )
        })
      )
      if (QueueUrl === undefined) throw new Error(`The queue ${physicalName} was made without an address.`)
      return { id: QueueUrl, outputs: { name: physicalName, url: QueueUrl, arn: world.arn("sqs", physicalName) } }
    }
  ),
  "aws:sqs/queuePolicy:QueuePolicy": declaredOnly("queueUrl", "policy"),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": declaredOnly("queueUrl", "redriveAllowPolicy")
}
