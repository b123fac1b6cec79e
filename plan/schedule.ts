import * as Cron from "effect/Cron"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

const daysPerMonth = 365 / 12
const minutesIn: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 }

/**
 * EventBridge Scheduler's cron has a year and counts its weekdays from 1, Sunday. What it knows beyond others (`L`, `W`,
 * `#`, a year) is not understood here.
 */
const cronOf = (expression: string): Option.Option<Cron.Cron> => {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1)
  if (fields === undefined) return Option.none()
  const [minute, hour, day, month, weekday = ""] = fields.map((field) => field.replace("?", "*"))
  const fromZero = weekday.replaceAll(/(?<![/\d])\d/g, (digit) => `${Number(digit) - 1}`)
  return Result.getSuccess(Cron.parse(`${minute} ${hour} ${day} ${month} ${fromZero}`))
}

const minutesOfRate = (expression: string): number | undefined => {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const minutes = minutesIn[unit]
  return minutes === undefined ? undefined : Number(count) * minutes
}

const has = (values: ReadonlySet<number>, value: number) => values.size === 0 || values.has(value)

const daysOfYear = ({ days, months, weekdays }: Cron.Cron): number => {
  // Any year of 365 days: what it begins with matters to few schedules, and to those little.
  const january = Date.UTC(2027, 0, 1)
  return Array.from({ length: 365 }, (_, day) => new Date(january + day * 86_400_000)).filter(
    (date) => has(months, date.getUTCMonth() + 1) && has(days, date.getUTCDate()) && has(weekdays, date.getUTCDay())
  ).length
}

/** How often a schedule fires in a mean month; undefined where the expression is not understood. */
export const firingsPerMonth = (expression: string): number | undefined => {
  const rate = minutesOfRate(expression)
  if (rate !== undefined) return (daysPerMonth * 1440) / rate
  if (expression.startsWith("at(")) return 0
  const cron = Option.getOrUndefined(cronOf(expression))
  return cron && (daysOfYear(cron) * (cron.minutes.size || 60) * (cron.hours.size || 24)) / 12
}

const clock = (hour: number, minute: number) => [hour, minute].map((part) => `${part}`.padStart(2, "0")).join(":")

/** `every day at 06:00`, or the expression where it is less simple. */
export const scheduleWords = (expression: string): string => {
  const cron = Option.getOrUndefined(cronOf(expression))
  if (cron === undefined || daysOfYear(cron) < 365) return `at ${expression}`
  const [hour, ...otherHours] = cron.hours
  const [minute, ...otherMinutes] = cron.minutes
  if (hour === undefined || minute === undefined || otherHours.length + otherMinutes.length > 0)
    return `at ${expression}`
  return `every day at ${clock(hour, minute)}`
}
