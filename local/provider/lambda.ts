import * as Schema from "effect/Schema"
import { Archive } from "../engine/values.ts"
import { kind } from "./kind.ts"

export const lambda = {
  "aws:lambda/function:Function": kind(
    {
      runtime: Schema.Literal("nodejs24.x"),
      handler: Schema.String,
      code: Schema.instanceOf(Archive),
      role: Schema.String,
      timeout: Schema.Int,
      memorySize: Schema.Int,
      environment: Schema.Struct({ variables: Schema.Record(Schema.String, Schema.String) })
    },
    ["architectures", "loggingConfig"],
    ({ inputs, physicalName, world }) => {
      const arn = world.arn("lambda", `function:${physicalName}`)
      world.lambda.createFunction({
        name: physicalName,
        arn,
        roleArn: inputs.role,
        code: inputs.code.files,
        handler: inputs.handler,
        timeoutSeconds: inputs.timeout,
        memoryMb: inputs.memorySize,
        environment: inputs.environment.variables
      })
      return { id: physicalName, outputs: { name: physicalName, arn } }
    }
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": kind(
    {
      functionName: Schema.String,
      maximumRetryAttempts: Schema.Int,
      maximumEventAgeInSeconds: Schema.Int,
      destinationConfig: Schema.Struct({ onFailure: Schema.Struct({ destination: Schema.String }) })
    },
    [],
    ({ inputs, world }) => {
      world.lambda.configureAsync(inputs.functionName, {
        maximumRetryAttempts: inputs.maximumRetryAttempts,
        maximumEventAgeSeconds: inputs.maximumEventAgeInSeconds,
        onFailureQueueArn: inputs.destinationConfig.onFailure.destination
      })
      return { id: inputs.functionName, outputs: {} }
    }
  ),
  "aws:lambda/eventSourceMapping:EventSourceMapping": kind(
    {
      eventSourceArn: Schema.String,
      functionName: Schema.String,
      batchSize: Schema.Int,
      functionResponseTypes: Schema.Array(Schema.Literal("ReportBatchItemFailures")),
      scalingConfig: Schema.Struct({ maximumConcurrency: Schema.Int })
    },
    [],
    async ({ inputs, physicalName, world }) => {
      await world.lambda.createEventSourceMapping({
        uuid: physicalName,
        functionName: inputs.functionName,
        queueArn: inputs.eventSourceArn,
        batchSize: inputs.batchSize,
        maximumConcurrency: inputs.scalingConfig.maximumConcurrency,
        reportBatchItemFailures: inputs.functionResponseTypes.includes("ReportBatchItemFailures"),
        enabled: true
      })
      return { id: physicalName, outputs: { uuid: physicalName } }
    }
  )
}
