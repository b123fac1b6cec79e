import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { scheduledRuns } from "../../infra/scheduledRuns.ts"

const now = DateTime.makeUnsafe("2026-11-27T12:00:00Z")
const runsOf = (expression: string, zone = "Etc/UTC") =>
  scheduledRuns(expression, DateTime.zoneMakeNamedUnsafe(zone), now)

describe("scheduledRuns", () => {
  it.each<[expression: string, hours: number | undefined, warning?: RegExp]>([
    ["cron(0 6 * * ? *)", 24],
    ["cron(0 6 */1 1-12 ? 2026-2199)", 24],
    ["cron(0 6 ? * MON-FRI *)", 72],
    ["cron(0 6 ? * 1,3,5 *)", 72],
    ["cron(0 6 ? * L *)", 7 * 24],
    ["cron(0 6 ? * 6L *)", 35 * 24],
    ["cron(0 6 ? * TUE#2 *)", 35 * 24],
    ["cron(0 6 L * ? *)", 31 * 24],
    ["cron(0 6 1W JAN,FEB ? 2027)", 31 * 24],
    ["cron(0 6 29 2 ? *)", undefined],
    ["cron(0 6,18 * * ? *)", 12, /several runs on one date/],
    ["cron(0/15 8-17/3 * * ? *)", 14.25, /several runs on one date/],
    ["rate(1 minute)", 1 / 60, /a rate counts from the deployment/],
    ["rate(36 hours)", 36, /a rate counts from the deployment/],
    ["rate(2 days)", 48, /a rate counts from the deployment/],
    ["at(2026-11-27T12:00:01)", undefined, /a single run/]
  ])("accepts %s, with at most %s hours between two runs", (expression, longestIntervalHours, warning) => {
    const runs = Result.getOrThrow(runsOf(expression))
    assert.strictEqual(runs.longestIntervalHours, longestIntervalHours)
    if (warning === undefined) assert.isUndefined(runs.warning)
    else assert.match(runs.warning ?? "", warning)
  })

  it.each([
    ["cron(0 6 * * *)", /six fields/],
    ["cron(0 6 * * ? * *)", /six fields/],
    ["cron(0  6 * * ? *)", /six fields/],
    ["cron(0 6 * * * *)", /exactly one .* must be \?/],
    ["cron(0 6 ? * ? *)", /exactly one .* must be \?/],
    ["cron(60 6 * * ? *)", /^the field minutes does not allow "60": its values are 0 to 59$/],
    ["cron(0 24 * * ? *)", /hours does not allow "24"/],
    ["cron(? 6 * * ? *)", /minutes does not allow "\?"/],
    ["cron(0 6, * * ? *)", /hours does not allow ""/],
    ["cron(0 18-6 * * ? *)", /"18-6" of the field hours runs backwards/],
    ["cron(0/0 6 * * ? *)", /minutes does not allow "0\/0"/],
    ["cron(0 6 0 * ? *)", /day of month does not allow "0"/],
    ["cron(0 6 32W * ? *)", /day of month does not allow "32"/],
    ["cron(0 6 1,15W * ? *)", /day of month does not allow "15W"/],
    ["cron(0 6 * 13 ? *)", /month does not allow "13": .* 1 to 12 or JAN to DEC$/],
    ["cron(0 6 * January ? *)", /month does not allow "January"/],
    ["cron(0 6 ? * 0 *)", /day of week does not allow "0"/],
    ["cron(0 6 ? * MON#6 *)", /day of week does not allow "MON#6"/],
    ["cron(0 6 ? * 3#1,6#3 *)", /day of week does not allow "3#1"/],
    ["cron(0 6 * * ? 1969)", /year does not allow "1969"/],
    ["cron(0 6 * * ? 2200)", /year does not allow "2200"/],
    ["cron(0 6 30 2 ? *)", /no run/],
    ["cron(0 6 * * ? 2025)", /no run/],
    ["rate(0 days)", /rate\(12 hours\)/],
    ["rate(1 days)", /unit after 1 must be day$/],
    ["rate(5 minute)", /unit after 5 must be minutes/],
    ["rate(30 seconds)", /rate\(12 hours\)/],
    ["rate(1.5 hours)", /rate\(12 hours\)/],
    ["at(2026-11-27T12:00:00)", /in the past/],
    ["at(2027-02-29T06:00:00)", /a date and a time/],
    ["at(2027-01-01)", /a date and a time/],
    ["0 6 * * *", /must be cron/],
    ["cron(0 6 * * ? *) ", /must be cron/]
  ])("refuses %j", (expression, problem) => {
    assert.match(Result.getOrThrow(Result.flip(runsOf(expression))), problem)
  })

  it.each([
    ["Europe/London", "30 1", "2027-03-28"],
    ["Europe/Berlin", "30 2", "2027-03-28"],
    ["America/New_York", "0 2", "2027-03-14"],
    ["Australia/Sydney", "59 2", "2027-10-03"],
    ["Africa/Cairo", "0 0", "2027-04-30"]
  ])(
    "refuses a daily time that the clocks in %s skip, and accepts it with another time of the date",
    (zone, time, date) => {
      assert.include(Result.getOrThrow(Result.flip(runsOf(`cron(${time} * * ? *)`, zone))), `${date} would have no run`)
      assert.isTrue(Result.isSuccess(runsOf("cron(0 3 * * ? *)", zone)))
      assert.isTrue(Result.isSuccess(runsOf(`cron(${time},6 * * ? *)`, zone)))
      assert.isTrue(Result.isFailure(runsOf(`at(${date}T${time.split(" ").reverse().join(":")}:00)`, zone)))
    }
  )
})
