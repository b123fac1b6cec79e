import * as Schema from "effect/Schema"
import { Archive } from "../../engine/Properties.ts"
import { arnIn, type ResourceType, resourceType } from "./resourceType.ts"

/** Functions, their triggers by queue and schedule, their roles and their log groups. */
export const functionTypes: Readonly<Record<string, ResourceType>> = {
  "aws:lambda/function:Function": resourceType(
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
    ({ inputs, physicalName, account }) => {
      const arn = arnIn(account, "lambda", `function:${physicalName}`)
      if (!account.iam.mayAssume("lambda.amazonaws.com", inputs.role, {}).allowed) {
        throw new Error(`InvalidParameterValueException: The role ${inputs.role} cannot be assumed by Lambda.`)
      }
      account.lambda.createFunction({
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
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": resourceType(
    {
      functionName: Schema.String,
      // Lambda's defaults. The retries end after minutes.
      maximumRetryAttempts: Schema.Literal(2),
      maximumEventAgeInSeconds: Schema.Literal(21_600),
      destinationConfig: Schema.Struct({ onFailure: Schema.Struct({ destination: Schema.String }) })
    },
    [],
    ({ inputs, account }) => {
      const { destination } = inputs.destinationConfig.onFailure
      const principalArn = account.lambda.roleArnOf(inputs.functionName)
      const send = { principalArn, action: "sqs:SendMessage", resources: [destination], context: {} }
      if (!account.iam.wouldAllow(send)) {
        throw new Error(
          `InvalidParameterValueException: ${principalArn} does not have permissions to call SendMessage on ${destination}.`
        )
      }
      account.lambda.setFailureQueue(inputs.functionName, destination)
      return { id: inputs.functionName, outputs: {} }
    }
  ),
  "aws:lambda/eventSourceMapping:EventSourceMapping": resourceType(
    {
      eventSourceArn: Schema.String,
      functionName: Schema.String,
      // A larger batch needs a batching window, which is not emulated.
      batchSize: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 })),
      functionResponseTypes: Schema.Tuple([Schema.Literal("ReportBatchItemFailures")]),
      scalingConfig: Schema.optionalKey(
        Schema.Struct({ maximumConcurrency: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 1000 })) })
      )
    },
    [],
    async ({ inputs, physicalName, account }) => {
      await account.lambda.createEventSourceMapping({
        uuid: physicalName,
        functionName: inputs.functionName,
        queueArn: inputs.eventSourceArn,
        batchSize: inputs.batchSize,
        // Lambda starts with five, and adds more only while messages wait.
        maximumConcurrency: inputs.scalingConfig?.maximumConcurrency ?? 5
      })
      return { id: physicalName, outputs: { uuid: physicalName } }
    }
  ),
  "aws:iam/role:Role": resourceType(
    { assumeRolePolicy: Schema.String },
    ["description"],
    ({ inputs, physicalName, account }) => {
      const arn = `arn:aws:iam::${account.cloud.accountId}:role/${physicalName}`
      account.iam.putRole({ name: physicalName, arn, trust: inputs.assumeRolePolicy })
      return { id: physicalName, outputs: { name: physicalName, arn } }
    }
  ),
  "aws:iam/rolePolicy:RolePolicy": resourceType(
    { role: Schema.String, policy: Schema.String },
    [],
    ({ inputs, physicalName, account }) => {
      account.iam.putRolePolicy(inputs.role, physicalName, inputs.policy)
      return { id: `${inputs.role}:${physicalName}`, outputs: { name: physicalName } }
    }
  ),
  "aws:cloudwatch/logGroup:LogGroup": resourceType(
    { retentionInDays: Schema.Int },
    [],
    ({ inputs, physicalName, account }) => {
      account.cloud.logs.create(physicalName, inputs.retentionInDays)
      const arn = arnIn(account, "logs", `log-group:${physicalName}`)
      return { id: physicalName, outputs: { name: physicalName, arn } }
    }
  ),
  "aws:scheduler/schedule:Schedule": resourceType(
    {
      scheduleExpression: Schema.String,
      scheduleExpressionTimezone: Schema.String,
      // The local cloud starts runs itself, of a paused schedule too.
      state: Schema.Literals(["ENABLED", "DISABLED"]),
      flexibleTimeWindow: Schema.Struct({ mode: Schema.Literal("OFF") }),
      target: Schema.Struct({
        arn: Schema.String,
        roleArn: Schema.String,
        input: Schema.String,
        retryPolicy: Schema.Struct({ maximumRetryAttempts: Schema.Int, maximumEventAgeInSeconds: Schema.Int }),
        deadLetterConfig: Schema.Struct({ arn: Schema.String })
      })
    },
    [],
    ({ inputs, physicalName, account }) => {
      const arn = arnIn(account, "scheduler", `schedule/default/${physicalName}`)
      const { target } = inputs
      account.lambda.createSchedule({
        name: physicalName,
        arn,
        targetArn: target.arn,
        roleArn: target.roleArn,
        input: target.input,
        deadLetterQueueArn: target.deadLetterConfig.arn
      })
      return { id: `default/${physicalName}`, outputs: { name: physicalName, arn } }
    }
  )
}
