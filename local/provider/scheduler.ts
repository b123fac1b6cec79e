import * as Schema from "effect/Schema"
import { kind } from "./kind.ts"

export const scheduler = {
  "aws:scheduler/schedule:Schedule": kind(
    {
      scheduleExpression: Schema.String,
      scheduleExpressionTimezone: Schema.String,
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
    ({ inputs, physicalName, world }) => {
      const arn = world.arn("scheduler", `schedule/default/${physicalName}`)
      const { target } = inputs
      world.lambda.createSchedule({
        name: physicalName,
        arn,
        scheduleExpression: inputs.scheduleExpression,
        timezone: inputs.scheduleExpressionTimezone,
        targetArn: target.arn,
        roleArn: target.roleArn,
        input: target.input,
        retryPolicy: target.retryPolicy,
        deadLetterQueueArn: target.deadLetterConfig.arn,
        state: "ENABLED"
      })
      return { id: `default/${physicalName}`, outputs: { name: physicalName, arn } }
    }
  )
}
