import * as Cron from "effect/Cron"
import * as Result from "effect/Result"
import { variable } from "../../domain/variables.ts"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at } from "../displayInputs.ts"
import type { ResourceIndex } from "../resources.ts"
import { assumed, type Operations, stages, unknownStage } from "./assumptions.ts"

export type Traffic = ReturnType<typeof trafficOf>

export const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, each) => total + each, 0)

/** How often the pipeline runs, for how many movies, and what each function does in a month. */
export const trafficOf = (resources: ReadonlyArray<RegisteredResource>, { findByOutput }: ResourceIndex) => {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function")
  const schedules = resources
    .filter(({ type }) => type === "aws:scheduler/schedule:Schedule")
    .map(({ inputs: { target, state, scheduleExpression } }) => ({
      // A function with the variable TOP starts a run.
      startsRuns: topOf(findByOutput(at(target, "arn"))) !== undefined,
      firings: state === "DISABLED" ? 0 : (firingsPerMonth(String(scheduleExpression)) ?? assumed.daysPerMonth)
    }))
  const runsPerMonth = sum(schedules.map(({ startsRuns, firings }) => (startsRuns ? firings : 0)))
  const moviesPerRun = Math.max(0, ...functions.map((each) => topOf(each) ?? 0)) || assumed.moviesPerRun
  return {
    runsPerMonth,
    moviesPerRun,
    /** Of all schedules, in a month. */
    firings: sum(schedules.map(({ firings }) => firings)),
    functions: functions.map((each) => {
      const stage = stages[each.name] ?? unknownStage
      /** How often it does this in a month. */
      const count = (operation: keyof Operations) =>
        runsPerMonth * ((stage.perRun[operation] ?? 0) + moviesPerRun * (stage.perMovie[operation] ?? 0))
      return { function: each, stage, count }
    })
  }
}

const topOf = (resource: RegisteredResource | undefined): number | undefined => {
  const top = at(resource?.inputs["environment"], "variables", variable.top)
  return top === undefined ? undefined : Number(top)
}

/**
 * How often a schedule fires in an average month; undefined for cron with `L`, `W`, `#` or a year other than `*`, which
 * are not supported here.
 */
export const firingsPerMonth = (expression: string): number | undefined => {
  if (expression.startsWith("at(")) return 0
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const minutes = { minute: 1, hour: 60, day: 1440 }[unit]
  if (minutes !== undefined) return (assumed.daysPerMonth * 1440) / (Number(count) * minutes)
  const [, minute, hour, ...dates] = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression) ?? []
  const [day, month, weekday = ""] = dates.map((field) => field.replace("?", "*"))
  // EventBridge Scheduler's weekdays start with 1 for Sunday.
  const fromZero = weekday.replaceAll(/(?<![/\d])\d/g, (digit) => `${Number(digit) - 1}`)
  const times = Result.getOrUndefined(Cron.parse(`${minute} ${hour} * * *`))
  const midnights = Result.getOrUndefined(Cron.parse(`0 0 ${day} ${month} ${fromZero}`, "UTC"))
  if (times === undefined || midnights === undefined) return undefined
  const daysPerYear = Array.from({ length: 365 }, (_, index) => new Date(Date.UTC(2027, 0, 1 + index))).filter((date) =>
    Cron.match(midnights, date)
  ).length
  return (daysPerYear * (times.minutes.size || 60) * (times.hours.size || 24)) / 12
}
