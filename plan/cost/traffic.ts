import { variable } from "../../domain/variables.ts"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { isRecord } from "../displayInputs.ts"
import type { ResourceIndex } from "../resources.ts"
import { firingsPerMonth } from "../schedule.ts"
import { assumptions, type Operations, otherStage, type StageWork, stages } from "./assumptions.ts"

export const functionType = "aws:lambda/function:Function"

/** A function's month. */
export interface FunctionTraffic {
  readonly function: RegisteredResource
  readonly stage: StageWork
  /** Of one kind of work, how much there is a month. */
  readonly count: (work: keyof Operations) => number
}

/** How often and on how much the pipeline runs, and what that means for each function. */
export interface Traffic {
  readonly runsPerMonth: number
  readonly moviesPerRun: number
  /** Of all schedules. */
  readonly firings: number
  readonly functions: ReadonlyArray<FunctionTraffic>
  readonly assumed: ReadonlyArray<string>
}

const topOf = ({ inputs: { environment } }: RegisteredResource): number | undefined => {
  const variables = isRecord(environment) ? environment["variables"] : undefined
  const top = isRecord(variables) ? variables[variable.top] : undefined
  return top === undefined ? undefined : Number(top)
}

const perDay = assumptions.runsADay.value * assumptions.month.value

const firingsOf = ({ inputs: { scheduleExpression, state } }: RegisteredResource): number =>
  state === "DISABLED" ? 0 : (firingsPerMonth(String(scheduleExpression)) ?? perDay)

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, each) => total + each, 0)

export const trafficOf = (
  resources: ReadonlyArray<RegisteredResource>,
  { findByOutput: named }: ResourceIndex
): Traffic => {
  const functions = resources.filter(({ type }) => type === functionType)
  const schedules = resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule")
  const starters = functions.filter((each) => topOf(each) !== undefined)
  const startsRuns = ({ inputs: { target } }: RegisteredResource) =>
    isRecord(target) && starters.some((each) => each === named(target["arn"]))

  const runsPerMonth = sum(schedules.filter(startsRuns).map(firingsOf))
  const moviesPerRun = Math.max(...starters.map((each) => topOf(each) ?? 0), 0) || assumptions.top.value
  const uncounted = schedules.filter((each) => firingsPerMonth(String(each.inputs["scheduleExpression"])) === undefined)
  return {
    runsPerMonth,
    moviesPerRun,
    firings: sum(schedules.map(firingsOf)),
    functions: functions.map((each) => {
      const stage = stages[each.name] ?? otherStage
      const count = (work: keyof Operations) =>
        runsPerMonth * ((stage.perRun[work] ?? 0) + moviesPerRun * (stage.perMovie[work] ?? 0))
      return { function: each, stage, count }
    }),
    assumed: [
      ...(uncounted.length > 0 ? [assumptions.runsADay.says] : []),
      ...(starters.length === 0 ? [assumptions.top.says] : []),
      ...functions.map(({ name }) => `${name} runs ${(stages[name] ?? otherStage).says}.`)
    ]
  }
}
