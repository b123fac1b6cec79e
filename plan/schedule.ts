import * as Cron from "effect/Cron"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

const daysPerMonth = 365 / 12

/** How often a schedule fires in an average month; undefined where the expression is not supported here. */
export const firingsPerMonth = (expression: string): number | undefined => {
  const minutes = minutesOfRate(expression)
  if (minutes !== undefined) return (daysPerMonth * 1440) / minutes
  if (expression.startsWith("at(")) return 0
  const cron = parseCron(expression)
  return cron && (daysPerYear(cron) * (cron.minutes.size || 60) * (cron.hours.size || 24)) / 12
}

/** `every day at 06:00`, or the expression where it is less simple. */
export const scheduleWords = (expression: string): string => {
  const cron = parseCron(expression)
  if (cron === undefined || daysPerYear(cron) < 365 || cron.hours.size !== 1 || cron.minutes.size !== 1) {
    return `at ${expression}`
  }
  const clock = [...cron.hours, ...cron.minutes].map((part) => `${part}`.padStart(2, "0")).join(":")
  return `every day at ${clock}`
}

/**
 * EventBridge Scheduler's cron has a year, and its weekdays start with 1 for Sunday. Its extensions (`L`, `W`, `#`, a
 * year other than `*`) are not supported.
 */
const parseCron = (expression: string): Cron.Cron | undefined => {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1)
  if (fields === undefined) return undefined
  const [minute, hour, day, month, weekday = ""] = fields.map((field) => field.replace("?", "*"))
  const fromZero = weekday.replaceAll(/(?<![/\d])\d/g, (digit) => `${Number(digit) - 1}`)
  return Option.getOrUndefined(Result.getSuccess(Cron.parse(`${minute} ${hour} ${day} ${month} ${fromZero}`)))
}

const minutesIn: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 }

const minutesOfRate = (expression: string): number | undefined => {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const minutes = minutesIn[unit]
  return minutes === undefined ? undefined : Number(count) * minutes
}

/** In a year of 365 days; the weekday on which it starts makes little difference. */
const daysPerYear = ({ days, months, weekdays }: Cron.Cron): number => {
  const allows = (values: ReadonlySet<number>, value: number) => values.size === 0 || values.has(value)
  const january = Date.UTC(2027, 0, 1)
  return Array.from({ length: 365 }, (_, day) => new Date(january + day * 86_400_000)).filter(
    (date) =>
      allows(months, date.getUTCMonth() + 1) && allows(days, date.getUTCDate()) && allows(weekdays, date.getUTCDay())
  ).length
}
