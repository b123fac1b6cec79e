import { ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import type { LambdaOptions } from "../../../local/lambda/Lambda.ts"
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
    targetArn: arnOf("f"),
    roleArn: roleOf("scheduler"),
    input,
    deadLetterQueueArn: dead.arn
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

  it("sends its input to its dead-letter queue, under its own role, when it may not invoke the target", async () => {
    const mayInvoke = () => ({ allowed: false, message: "no" }) as const
    const { cloud, dead, lambda, lines } = await createSchedule(scheduledTime, { mayInvoke })
    const calls = recordCalls(cloud)
    const deadLetters: Array<string> = []
    lambda.events.on("deadLettered", ({ queueArn, cause, from }) => deadLetters.push(`${queueArn} ${cause} ${from}`))
    await lambda.fireSchedule("daily", at)
    expect(deadLetters).toEqual([`${dead.arn} delivery daily`])
    expect(calls.map(({ principal }) => principal)).toEqual([roleOf("scheduler")])
    const { Messages: [message] = [] } = await cloud.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead.url, MessageAttributeNames: ["All"] })
    )
    expect(message?.Body).toBe('{"scheduledTime":"2026-11-21T06:00:00Z"}')
    expect(message?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: "AccessDeniedException" },
      SCHEDULED_TIME: { StringValue: "2026-11-21T06:00:00Z" },
      SCHEDULE_ARN: { StringValue: scheduleArn },
      TARGET_ARN: { StringValue: arnOf("f") }
    })
    expect(lines).toEqual([])
  })

  it("is refused with a context attribute that is not emulated, and cannot be fired by another name", async () => {
    await expect(createSchedule('{"id":"<aws.scheduler.execution-id>"}')).rejects.toThrow(
      "<aws.scheduler.execution-id>"
    )
    const { lambda } = await startPlatform()
    await expect(lambda.fireSchedule("weekly", at)).rejects.toThrow("no schedule weekly")
  })
})
