import * as aws from "@pulumi/aws"
import * as pulumi from "@pulumi/pulumi"
import { DeadLetterQueue } from "./DeadLetterQueue.ts"
import type { PipelineFunction } from "./PipelineFunction.ts"
import { accountOf, allowPolicy, trustPolicy } from "./policyDocument.ts"

export interface DailyScheduleArgs {
  readonly target: PipelineFunction
  /** An expression of EventBridge Scheduler, in the time zone. */
  readonly expression: string
  readonly timeZone: string
  /** Whether it starts no runs. */
  readonly paused: boolean
}

/**
 * Starts one run per day. The target is invoked asynchronously with the scheduled time, so a late or repeated delivery
 * still has the right date. A delivery that fails for an hour goes to the schedule's dead-letter queue.
 */
export class DailySchedule extends pulumi.ComponentResource {
  readonly schedule: aws.scheduler.Schedule
  readonly deadLetters: aws.sqs.Queue

  constructor(name: string, args: DailyScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("imdb-etl:index:DailySchedule", name, {}, opts)
    const child = { parent: this }
    const target = args.target.function
    this.deadLetters = new DeadLetterQueue(`${name}-dead-letters`, {}, child).queue
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        description: `The role of the schedule ${name}`,
        assumeRolePolicy: trustPolicy("scheduler.amazonaws.com", {
          StringEquals: { "aws:SourceAccount": accountOf(target.arn) }
        })
      },
      child
    )
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: allowPolicy([
          { actions: ["lambda:InvokeFunction"], resources: [target.arn] },
          { actions: ["sqs:SendMessage"], resources: [this.deadLetters.arn], onFailurePath: true }
        ])
      },
      child
    )
    this.schedule = new aws.scheduler.Schedule(
      name,
      {
        scheduleExpression: args.expression,
        scheduleExpressionTimezone: args.timeZone,
        state: args.paused ? "DISABLED" : "ENABLED",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: target.arn,
          roleArn: role.arn,
          input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
          retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
          deadLetterConfig: { arn: this.deadLetters.arn }
        }
      },
      { ...child, dependsOn: [policy] }
    )
    this.registerOutputs({ schedule: this.schedule.arn })
  }
}
