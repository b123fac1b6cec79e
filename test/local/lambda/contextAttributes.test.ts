import { expect, it } from "vitest"
import { fillContextAttributes } from "../../../local/lambda/Schedules.ts"

const firing = {
  scheduledTime: new Date("2026-11-21T06:00:00.789Z"),
  scheduleArn: "arn:aws:scheduler:eu-west-1:000000000000:schedule/default/daily",
  executionId: "d32c5kddcf5bb8c3",
  attemptNumber: 1
}

it("replaces each of the scheduler's keywords, wherever and however often it stands", () => {
  const input = JSON.stringify({
    time: "<aws.scheduler.scheduled-time>",
    again: "at <aws.scheduler.scheduled-time>!",
    arn: "<aws.scheduler.schedule-arn>",
    execution: "<aws.scheduler.execution-id>/<aws.scheduler.attempt-number>",
    unknown: "<aws.scheduler.weather>"
  })
  expect(JSON.parse(fillContextAttributes(input, firing))).toEqual({
    time: "2026-11-21T06:00:00Z",
    again: "at 2026-11-21T06:00:00Z!",
    arn: firing.scheduleArn,
    execution: "d32c5kddcf5bb8c3/1",
    unknown: "<aws.scheduler.weather>"
  })
})
