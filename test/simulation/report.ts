import { activeRates, type FaultRates, rankIn, type Scenario } from "./Scenario.ts"
import type { SeedResult, SimulatedRun, Violation } from "./simulate.ts"

const small: Record<keyof FaultRates, string> = {
  refused: "a call is refused",
  answerLost: "a call's answer is lost",
  late: "a write is refused and carried out late",
  slow: "a call takes seconds",
  killed: "a function dies at a call",
  acknowledgementLost: "a batch's acknowledgement is lost",
  twice: "something comes twice",
  toldLate: "the word of an object comes minutes late"
}

/** `2 h 10 min`, `45 s`. */
export const formatDuration = (seconds: number): string => {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"]
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return said.length === 0 ? "0 s" : said.join(" ")
}

/** A scenario as a person would tell it, a line for each thing. */
export const describeScenario = (scenario: Scenario): ReadonlyArray<string> => {
  const { days, top, outages, troubles, deeds } = scenario
  const storm = activeRates(scenario)
  return [
    `${days === 1 ? "one day" : `${days} days`}, the best ${top}`,
    ...Object.entries(small)
      .map(([what, words]) => ({ words, chances: storm[what as keyof FaultRates] }))
      .filter(({ chances }) => chances > 0)
      .map(({ words, chances }) => `${chances} times in a thousand, ${words}`),
    ...outages.map(({ what, from, lasts }) => `after ${formatDuration(from)}, for ${formatDuration(lasts)}: ${what}`),
    ...troubles.map((trouble) => `the movie of rank ${rankIn(top, trouble)}: ${trouble.with}`),
    ...deeds.map(({ what, at }) => `after ${formatDuration(at)}, somebody ${what}`)
  ]
}

const brokenInWords = ({ when, invariant: promise, what }: Violation): string =>
  `${when}, not kept: ${promise}. ${what}`

/** So many ways in which promises are broken; the others are mostly the same for other movies. */
const told = 3

const allBroken = ({ violations: broken }: SimulatedRun): ReadonlyArray<string> => [
  ...broken.slice(0, told).map(brokenInWords),
  ...(broken.length > told ? [`and ${broken.length - told} more`] : [])
]

const indented = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.map((line) => `  ${line}`)

/** Of all that happened, what came last before a promise was found broken. */
const shown = 30

const historyOf = ({ history }: SimulatedRun, whole: boolean): ReadonlyArray<string> => {
  const left = whole ? 0 : Math.max(0, history.length - shown)
  return [...(left === 0 ? [] : [`(${left} lines before; --history shows them)`]), ...history.slice(left)]
}

export const replayCommand = (seed: number, mutation?: string): string =>
  `npm run simulate -- --seed ${seed}${mutation === undefined ? "" : ` --mutation "${mutation}"`}`

/** What a seed that broke a promise has to tell, for whoever mends it. */
export const formatReport = (
  { seed, run: story, smallest: least }: SeedResult,
  { mutation, history = false }: { readonly mutation?: string; readonly history?: boolean } = {}
): string =>
  [
    `Seed ${seed} breaks a promise:`,
    ...indented(allBroken(story)),
    "The story:",
    ...indented(describeScenario(story.scenario)),
    ...(least === undefined || least.steps === 0
      ? ["What happened:", ...indented(historyOf(story, history))]
      : [
          `The least that was found to break it, too, in ${least.steps} steps:`,
          ...indented(describeScenario(least.story.scenario)),
          ...indented(allBroken(least.story)),
          "What happened there:",
          ...indented(historyOf(least.story, history))
        ]),
    `Alone: ${replayCommand(seed, mutation)}`
  ].join("\n")
