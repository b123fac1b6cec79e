import { ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import type { LambdaOptions } from "../../../local/lambda/Lambda.ts"
import { recordCalls } from "../cloud/testCloud.ts"
import { aPlatform, aQueue, arnOf, deploy, roleOf } from "./lambda.ts"

const scheduleArn = "arn:aws:scheduler:eu-west-1:000000000000:schedule/default/daily"
const at = new Date("2026-11-21T06:00:00.123Z")

const scheduled = async (input: string, options: LambdaOptions = {}) => {
  const platform = await aPlatform(options)
  const dead = await aQueue(platform, "daily-dead")
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

describe("a schedule that fires", () => {
  it("invokes its target with its input, the scheduled time filled in", async () => {
    const { lambda, lines } = await scheduled('{"scheduledTime":"<aws.scheduler.scheduled-time>"}')
    await lambda.fireSchedule("daily", at)
    await lambda.idle()
    expect(lines).toEqual(['{"scheduledTime":"2026-11-21T06:00:00Z"}'])
  })

  it("by hand, sends what it is given in place of its input", async () => {
    const { lambda, lines } = await scheduled('{"scheduledTime":"<aws.scheduler.scheduled-time>"}')
    await lambda.fireSchedule("daily", at, { runDate: "2026-11-20", top: 25 })
    await lambda.idle()
    expect(lines).toEqual(['{"runDate":"2026-11-20","top":25}'])
  })

  it.each([
    [
      "may not invoke it",
      "{}",
      "AccessDeniedException",
      { mayInvoke: () => ({ allowed: false, message: "no" }) as const }
    ],
    ["has no JSON for it", "<aws.scheduler.attempt-number>, please", "InvalidRequestContentException", {}]
  ])("buries the input at once, as its own role, when it %s", async (_, input, code, options) => {
    const { cloud, dead, lambda, lines } = await scheduled(input, options)
    const calls = recordCalls(cloud)
    const deadLetters: Array<string> = []
    lambda.events.on("deadLettered", ({ queueArn, cause, from }) => deadLetters.push(`${queueArn} ${cause} ${from}`))
    await lambda.fireSchedule("daily", at)
    expect(deadLetters).toEqual([`${dead.arn} delivery daily`])
    expect(calls.map(({ principal }) => principal)).toEqual([roleOf("scheduler")])
    const { Messages: [letter] = [] } = await cloud.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead.url, MessageAttributeNames: ["All"] })
    )
    expect(letter?.Body).toBe(input.replace("<aws.scheduler.attempt-number>", "1"))
    expect(letter?.MessageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: code },
      SCHEDULED_TIME: { StringValue: "2026-11-21T06:00:00Z" },
      SCHEDULE_ARN: { StringValue: scheduleArn },
      TARGET_ARN: { StringValue: arnOf("f") }
    })
    expect(lines).toEqual([])
  })
})

it("a schedule that nobody declared cannot fire", async () => {
  const { lambda } = await aPlatform()
  await expect(lambda.fireSchedule("weekly", at)).rejects.toThrow("no schedule weekly")
})
