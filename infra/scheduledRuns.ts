import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import { type Cron, parseCron } from "./cron.ts"

/** The runs that a schedule starts. */
export interface ScheduledRuns {
  /** The longest time between two runs in a row, without changes of the clocks; undefined where there is one run. */
  readonly longestIntervalHours: number | undefined
  /** Why a date can have more or fewer runs than one. */
  readonly warning: string | undefined
}

/** Checks a schedule expression of EventBridge Scheduler; fails with what is wrong. */
export const scheduledRuns = (
  expression: string,
  zone: DateTime.TimeZone.Named,
  now: DateTime.Utc
): Result.Result<ScheduledRuns, string> => {
  const [, type, fields = ""] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? []
  if (type === "cron") return Result.flatMap(parseCron(fields), (cron) => cronRuns(cron, zone, now))
  if (type === "rate") return rateRuns(fields)
  if (type === "at") return singleRun(fields, zone, now)
  return Result.fail("it must be cron(…), rate(…) or at(…)")
}

/** In milliseconds. */
export const day = 86_400_000

const cronRuns = (
  { firesOn, times }: Cron,
  zone: DateTime.TimeZone.Named,
  now: DateTime.Utc
): Result.Result<ScheduledRuns, string> => {
  const today = Date.parse(DateTime.formatIsoDate(DateTime.setZone(now, zone)))
  const dates = Array.from({ length: 1_827 }, (_, index) => new Date(today + index * day)).filter(firesOn)
  if (dates.length === 0) return Result.fail("it starts no run in the next five years")
  const withoutRun = dates.find((date) => !times.some((minutes) => exists(date.getTime() + minutes * 60_000, zone)))
  if (withoutRun !== undefined) {
    const date = withoutRun.toISOString().slice(0, 10)
    return Result.fail(`${date} would have no run: the clocks in ${zone.id} skip its time. Choose another time`)
  }
  const [first = 0, last = first] = [times[0], times.at(-1)]
  const minutesBetweenDates = between(dates.map((date) => date.getTime() / 60_000)).map((gap) => gap - last + first)
  const longest = Math.max(...minutesBetweenDates, ...between(times))
  return Result.succeed({
    longestIntervalHours: dates.length === 1 ? undefined : longest / 60,
    warning:
      times.length === 1 ? undefined : "it starts several runs on one date, of which a later one replaces the earlier"
  })
}

const between = (values: ReadonlyArray<number>) =>
  values.slice(1).map((value, index) => value - (values[index] ?? value))

/** The instant of a local time. `local` is as if the zone were UTC. */
export const localTime = (local: number, zone: DateTime.TimeZone.Named): DateTime.Zoned =>
  DateTime.makeZonedUnsafe(local, { timeZone: zone, adjustForTimeZone: true })

/** False for a local time that the clocks of the zone skip. */
export const exists = (local: number, zone: DateTime.TimeZone.Named): boolean => {
  const time = localTime(local, zone)
  return time.epochMilliseconds + DateTime.zonedOffset(time) === local
}

const hoursPer = { minute: 1 / 60, hour: 1, day: 24 }

const rateRuns = (fields: string): Result.Result<ScheduledRuns, string> => {
  const [, value, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(fields) ?? []
  if (unit === undefined) {
    return Result.fail("rate needs a whole number and minutes, hours or days, such as rate(12 hours)")
  }
  if ((value === "1") !== (plural === "")) {
    return Result.fail(`the unit after ${value} must be ${value === "1" ? unit : `${unit}s`}`)
  }
  return Result.succeed({
    longestIntervalHours: Number(value) * hoursPer[unit as keyof typeof hoursPer],
    warning:
      "a rate counts from the deployment and not from midnight, so a date can have several runs, of which a later one replaces the earlier, or none"
  })
}

const singleRun = (
  fields: string,
  zone: DateTime.TimeZone.Named,
  now: DateTime.Utc
): Result.Result<ScheduledRuns, string> => {
  const local = Date.parse(`${fields}Z`)
  if (Number.isNaN(local) || new Date(local).toISOString() !== `${fields}.000Z`) {
    return Result.fail("at needs a date and a time, such as at(2030-01-31T06:00:00)")
  }
  if (!exists(local, zone)) return Result.fail(`the clocks in ${zone.id} skip this time`)
  const time = localTime(local, zone)
  if (DateTime.isLessThanOrEqualTo(time, now)) return Result.fail("this time is in the past")
  return Result.succeed({ longestIntervalHours: undefined, warning: "it starts a single run" })
}
