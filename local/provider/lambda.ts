import * as Schema from "effect/Schema"
import { Archive } from "../../engine/values.ts"
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
      environment: Schema.Struct({ variables: Schema.Record(Schema.String, Schema.String) }),
      loggingConfig: Schema.Struct({ logFormat: Schema.Literal("JSON"), logGroup: Schema.String })
    },
    ["architectures"],
    ({ inputs, physicalName, world }) => {
      const arn = world.arn("lambda", `function:${physicalName}`)
      if (!world.iam.mayAssume("lambda.amazonaws.com", inputs.role, {}).allowed) {
        throw new Error(`InvalidParameterValueException: The role ${inputs.role} cannot be assumed by Lambda.`)
      }
      world.lambda.createFunction({
        name: physicalName,
        arn,
        roleArn: inputs.role,
        code: inputs.code.files,
        handler: inputs.handler,
        timeoutSeconds: inputs.timeout,
        memoryMb: inputs.memorySize,
        environment: inputs.environment.variables,
        logGroupName: inputs.loggingConfig.logGroup
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
      const { destination } = inputs.destinationConfig.onFailure
      const principalArn = world.lambda.roleArnOf(inputs.functionName)
      const send = { principalArn, action: "sqs:SendMessage", resources: [destination], context: {} }
      if (!world.iam.wouldAllow(send)) {
        throw new Error(
          `InvalidParameterValueException: ${principalArn} does not have permissions to call SendMessage on ${destination}.`
        )
      }
      world.lambda.configureAsync(inputs.functionName, {
        maximumRetryAttempts: inputs.maximumRetryAttempts,
        maximumEventAgeSeconds: inputs.maximumEventAgeInSeconds,
        onFailureQueueArn: destination
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
