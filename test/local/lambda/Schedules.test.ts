import { ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import type { LambdaOptions } from "../../../local/lambda/Lambda.ts"
import { fillContextAttributes } from "../../../local/lambda/Schedules.ts"
import { recordCalls } from "../cloud/testCloud.ts"
import { arnOf, createQueue, deploy, roleOf, startPlatform } from "./testPlatform.ts"

const scheduleArn = "arn:aws:scheduler:eu-west-1:000000000000:schedule/default/daily"
const at = new Date("2026-11-21T06:00:00.123Z")
const scheduledTime = '{"scheduledTime":"<aws.scheduler.scheduled-time>"}'

const createSchedule = async (input: string, options: LambdaOptions = {}) => {
  const platform = await startPlatform(options)
  const dead = await createQueue(platform, "daily-dead")
  deploy(platform, "f", "export const handler = async (event) => console.log(JSON.stringify(event))")
  platform.lambda.createSchedule({
    name: "daily",
    arn: scheduleArn,
    scheduleExpression: "cron(0 6 * * ? *)",
    timezone: "UTC",
    targetArn: arnOf("f"),
    roleArn: roleOf("scheduler"),
    input,
    retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
    deadLetterQueueArn: dead.arn,
    state: "ENABLED"
  })
  return { ...platform, dead }
}

describe("a schedule", () => {
  it.each([
    ["its input, with the scheduled time", undefined, '{"scheduledTime":"2026-11-21T06:00:00Z"}'],
    ["an override of its input", { runDate: "2026-11-20", top: 25 }, '{"runDate":"2026-11-20","top":25}']
  ])("invokes its target with %s", async (_, override, event) => {
    const { lambda, lines } = await createSchedule(scheduledTime)
    await lambda.fireSchedule("daily", at, override)
    await lambda.idle()
    expect(lines).toEqual([event])
  })

  it.each([
    [
      "it may not invoke the target",
      "{}",
      "AccessDeniedException",
      { mayInvoke: () => ({ allowed: false, message: "no" }) }
    ],
    ["its input is no JSON", "attempt <aws.scheduler.attempt-number>", "InvalidRequestContentException", {}]
  ] as const)(
    "sends its input to its dead-letter queue, under its own role, when %s",
    async (_, input, code, options) => {
      const { cloud, dead, lambda, lines } = await createSchedule(input, options)
      const calls = recordCalls(cloud)
      const deadLetters: Array<string> = []
      lambda.events.on("deadLettered", ({ queueArn, cause, from }) => deadLetters.push(`${queueArn} ${cause} ${from}`))
      await lambda.fireSchedule("daily", at)
      expect(deadLetters).toEqual([`${dead.arn} delivery daily`])
      expect(calls.map(({ principal }) => principal)).toEqual([roleOf("scheduler")])
      const { Messages: [message] = [] } = await cloud.clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: dead.url, MessageAttributeNames: ["All"] })
      )
      expect(message?.Body).toBe(input.replace("<aws.scheduler.attempt-number>", "1"))
      expect(message?.MessageAttributes).toMatchObject({
        ERROR_CODE: { StringValue: code },
        SCHEDULED_TIME: { StringValue: "2026-11-21T06:00:00Z" },
        SCHEDULE_ARN: { StringValue: scheduleArn },
        TARGET_ARN: { StringValue: arnOf("f") }
      })
      expect(lines).toEqual([])
    }
  )

  it("rejects a name that does not exist", async () => {
    const { lambda } = await startPlatform()
    await expect(lambda.fireSchedule("weekly", at)).rejects.toThrow("no schedule weekly")
  })

  it("replaces each context attribute in its input, also repeated ones", () => {
    const input = JSON.stringify({
      time: "<aws.scheduler.scheduled-time>",
      again: "at <aws.scheduler.scheduled-time>!",
      arn: "<aws.scheduler.schedule-arn>",
      execution: "<aws.scheduler.execution-id>/<aws.scheduler.attempt-number>",
      unknown: "<aws.scheduler.unknown>"
    })
    const firing = { scheduledTime: at, scheduleArn, executionId: "d32c5kddcf5bb8c3", attemptNumber: 1 }
    expect(JSON.parse(fillContextAttributes(input, firing))).toEqual({
      time: "2026-11-21T06:00:00Z",
      again: "at 2026-11-21T06:00:00Z!",
      arn: scheduleArn,
      execution: "d32c5kddcf5bb8c3/1",
      unknown: "<aws.scheduler.unknown>"
    })
  })
})
