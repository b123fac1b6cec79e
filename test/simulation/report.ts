import { randomFaults } from "./faults.ts"
import { activeRates, type FaultRates, failingRank, type Scenario } from "./Scenario.ts"
import type { SeedResult, SimulatedRun, Violation } from "./simulate.ts"

/** `2 h 10 min`, `45 s`. */
export const formatDuration = (seconds: number): string => {
  const parts = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"]
  ] as const
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return shown.length === 0 ? "0 s" : shown.join(" ")
}

/** One line for each fault and action. */
export const describeScenario = (scenario: Scenario): ReadonlyArray<string> => {
  const { actions, days, movieFaults, outages, top } = scenario
  const rates = activeRates(scenario)
  return [
    `${days === 1 ? "1 day" : `${days} days`}, top ${top}`,
    ...Object.entries(randomFaults)
      .map(([fault, text]) => ({ text, perMille: rates[fault as keyof FaultRates] }))
      .filter(({ perMille }) => perMille > 0)
      .map(({ text, perMille }) => `${perMille} in 1,000: ${text}`),
    ...outages.map(
      ({ fault, from, duration }) => `after ${formatDuration(from)}, for ${formatDuration(duration)}: ${fault}`
    ),
    ...movieFaults.map((each) => `for the movie of rank ${failingRank(top, each)}: ${each.fault}`),
    ...actions.map(({ action, at }) => `after ${formatDuration(at)}: the operator ${action}`)
  ]
}

/** The others are mostly the same for other movies. */
const shownViolations = 3

const describeViolation = ({ when, invariant, detail }: Violation): string => `${when}: ${invariant}. ${detail}`

const describeViolations = ({ violations }: SimulatedRun): ReadonlyArray<string> => [
  ...violations.slice(0, shownViolations).map(describeViolation),
  ...(violations.length > shownViolations ? [`and ${violations.length - shownViolations} more`] : [])
]

/** The last lines before the violation was found. */
const shownHistory = 30

const lastHistory = ({ history }: SimulatedRun, whole: boolean): ReadonlyArray<string> => {
  const omitted = whole ? 0 : Math.max(0, history.length - shownHistory)
  return [...(omitted === 0 ? [] : [`(${omitted} earlier lines: --history)`]), ...history.slice(omitted)]
}

const indented = (lines: ReadonlyArray<string>): ReadonlyArray<string> => lines.map((line) => `  ${line}`)

/** The command that runs the seed alone. */
export const replayCommand = (seed: number, mutant?: string): string =>
  `npm run simulate -- --seed ${seed}${mutant === undefined ? "" : ` --mutant "${mutant}"`}`

/** The violations of a seed, the smallest scenario that has them too, and how it went. */
export const formatReport = (
  { seed, run, smallest }: SeedResult,
  { mutant, history = false }: { readonly mutant?: string | undefined; readonly history?: boolean } = {}
): string =>
  [
    `Seed ${seed} violates an invariant:`,
    ...indented(describeViolations(run)),
    "Scenario:",
    ...indented(describeScenario(run.scenario)),
    ...(smallest === undefined || smallest.steps === 0
      ? ["History:", ...indented(lastHistory(run, history))]
      : [
          `Smallest scenario found with the same violation (${smallest.steps} steps):`,
          ...indented(describeScenario(smallest.run.scenario)),
          ...indented(describeViolations(smallest.run)),
          "History of the smallest scenario:",
          ...indented(lastHistory(smallest.run, history))
        ]),
    `Run it alone: ${replayCommand(seed, mutant)}`
  ].join("\n")
