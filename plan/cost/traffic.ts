import { variable } from "../../domain/variables.ts"
import type { RegisteredResource } from "../../engine/resourceMonitor.ts"
import { at } from "../displayInputs.ts"
import type { ResourceIndex } from "../resources.ts"
import { firingsPerMonth } from "../schedule.ts"
import { assumptions, type Operations, type StageWork, stages, unknownStage } from "./assumptions.ts"

/** How often the pipeline runs, for how many movies, and what each function does in a month. */
export interface Traffic {
  readonly runsPerMonth: number
  readonly moviesPerRun: number
  /** Of all schedules, in a month. */
  readonly firings: number
  readonly functions: ReadonlyArray<FunctionTraffic>
  /** The assumptions that these numbers are based on. */
  readonly assumed: ReadonlyArray<string>
}

export interface FunctionTraffic {
  readonly function: RegisteredResource
  readonly stage: StageWork
  /** How often it does this in a month. */
  readonly count: (operation: keyof Operations) => number
}

export const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, each) => total + each, 0)

export const trafficOf = (resources: ReadonlyArray<RegisteredResource>, { findByOutput }: ResourceIndex): Traffic => {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function")
  const schedules = resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule")
  // A function with the variable TOP starts a run.
  const starters = functions.filter((each) => topOf(each) !== undefined)
  const startsRuns = ({ inputs: { target } }: RegisteredResource) =>
    starters.some((each) => each === findByOutput(at(target, "arn")))

  const runsPerMonth = sum(schedules.filter(startsRuns).map(firingsOf))
  const moviesPerRun = Math.max(...starters.map((each) => topOf(each) ?? 0), 0) || assumptions.top.value
  const stageOf = ({ name }: RegisteredResource) => stages[name] ?? unknownStage
  return {
    runsPerMonth,
    moviesPerRun,
    firings: sum(schedules.map(firingsOf)),
    functions: functions.map((each) => {
      const stage = stageOf(each)
      const count = (operation: keyof Operations) =>
        runsPerMonth * ((stage.perRun[operation] ?? 0) + moviesPerRun * (stage.perMovie[operation] ?? 0))
      return { function: each, stage, count }
    }),
    assumed: [
      ...(schedules.every((each) => supportedFirings(each) !== undefined) ? [] : [assumptions.runsPerDay.text]),
      ...(starters.length === 0 ? [assumptions.top.text] : []),
      ...functions.map((each) => `${each.name} runs ${stageOf(each).text}.`)
    ]
  }
}

const topOf = ({ inputs: { environment } }: RegisteredResource): number | undefined => {
  const top = at(environment, "variables", variable.top)
  return top === undefined ? undefined : Number(top)
}

const supportedFirings = ({ inputs }: RegisteredResource) => firingsPerMonth(String(inputs["scheduleExpression"]))

const firingsOf = (schedule: RegisteredResource): number =>
  schedule.inputs["state"] === "DISABLED"
    ? 0
    : (supportedFirings(schedule) ?? assumptions.runsPerDay.value * assumptions.daysPerMonth.value)
