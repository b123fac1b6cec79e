import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import type { DeclaredStack } from "./declaredStack.ts"
import * as history from "./historyInvariants.ts"
import * as omdb from "./omdbInvariants.ts"
import * as publication from "./publicationInvariants.ts"
import * as reports from "./reportInvariants.ts"
import * as runs from "./runInvariants.ts"
import { type Scenario, scenarios } from "./Scenario.ts"
import { firstFiring, SimulatedSystem } from "./SimulatedSystem.ts"
import { countSituations, type SituationCounts } from "./situations.ts"
import type { StageHandlers } from "./stages.ts"

type Invariants = Readonly<Record<string, history.Invariant>>

/** For everything that was ever written, sent or logged. */
export const historyInvariants: Invariants = {
  "every stored movie and gap matches a reply of OMDb": omdb.objectsMatchOmdb,
  "every roster is the top of a source list": history.rostersMatchSourceList,
  "a gap names the next attempt until the last one": history.transientFailuresAreRetried,
  "a movie is retried for at least a day": history.moviesAreRetriedForADay,
  "stages 3 and 4 fail only when a call failed": history.failuresHaveACause,
  "every manifest names each movie of a roster": publication.manifestsAreWhole,
  "a run is published within 45 minutes of its roster": publication.runsArePublishedInTime,
  "the other movies are in the table within an hour": publication.otherMoviesAreInTime,
  "exports are linear in the number of movies": publication.exportsAreLimited,
  "the metrics count each roster once": publication.metricsCountRuns,
  "every object belongs to a run": history.objectsBelongToRuns,
  "OMDb gets no more calls than its limits allow": omdb.callsToOmdbAreLimited,
  "OMDb is called once for a movie of a run": omdb.enrichedMoviesAreKept,
  "every recorded notification was sent": reports.notificationsWereSent,
  "the API key is stored, sent and logged nowhere": history.apiKeyIsSecret
}

/** Whenever the system is idle. */
export const idleInvariants: Invariants = {
  "all queues are empty": runs.queuesAreEmpty(({ declared }) => declared.outputs.queues),
  "no movie is lost": runs.noMovieIsLost,
  "a movie whose message is a dead letter has a gap": runs.deadMoviesAreGaps,
  "the manifest matches the stored objects": runs.manifestMatchesObjects,
  "the CSV matches the enriched movies": runs.csvMatchesObjects,
  "the table matches the latest CSV": runs.tableMatchesCsv,
  "the report and the notification match the manifest": reports.reportMatchesManifest,
  "latest/ is the newest run that has a row": reports.latestIsNewest,
  "the status command reports what is stored": runs.statusMatchesState
}

/** In addition, once the faults have ended and everything was redriven. */
export const redriveInvariants: Invariants = {
  "all dead-letter queues are empty": runs.queuesAreEmpty(({ declared }) => declared.outputs.deadLetterQueues),
  "every run is exported": runs.everyRunIsExported,
  "only permanent gaps remain": runs.onlyPermanentGapsRemain,
  "every enriched movie has the list's row of the latest roster": runs.rowsAreOfLatestRoster
}

/** In addition, once every day was run again. */
export const rerunInvariants: Invariants = { "every run is complete": runs.everyRunIsComplete }

const always = { ...historyInvariants, ...idleInvariants }

export const allInvariants = { ...always, ...redriveInvariants, ...rerunInvariants }

const phases = [
  { phase: "runScenario", when: "after the scenario", invariants: always },
  { phase: "redriveAll", when: "after the redrive", invariants: { ...always, ...redriveInvariants } },
  { phase: "rerunEveryDay", when: "after the rerun", invariants: allInvariants }
] as const

export interface Violation {
  readonly when: (typeof phases)[number]["when"]
  readonly invariant: string
  readonly detail: string
}

export interface SimulatedRun {
  readonly scenario: Scenario
  /** One line for each event. */
  readonly history: ReadonlyArray<string>
  readonly violations: ReadonlyArray<Violation>
  /** Of functions. */
  readonly invocations: number
  readonly situations: SituationCounts
}

/** Runs a scenario phase by phase, up to the first phase that violates an invariant. */
export const simulateScenario = (
  declared: DeclaredStack,
  scenario: Scenario,
  stages?: StageHandlers
): Effect.Effect<SimulatedRun> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(firstFiring)
    const system = yield* SimulatedSystem.deploy(declared, scenario, stages)
    let violations: ReadonlyArray<Violation> = []
    for (const { phase, when, invariants } of phases) {
      yield* system[phase]
      violations = Object.entries(invariants).flatMap(([invariant, check]) =>
        check(system).map((detail) => ({ when, invariant, detail }))
      )
      if (violations.length > 0) break
    }
    return {
      scenario,
      history: system.timeline.history,
      violations,
      invocations: system.functions.invocations,
      situations: countSituations(system)
    }
  }).pipe(Random.withSeed(scenario.seed), Effect.provide(TestClock.layer()), Effect.orDie)

export interface SeedResult {
  readonly seed: number
  readonly run: SimulatedRun
  /** The smallest scenario found that violates the same invariant, after how many reductions. */
  readonly smallest?: { readonly run: SimulatedRun; readonly steps: number }
}

interface SeedOptions {
  readonly seed: number
  readonly declared: DeclaredStack
  readonly stages?: StageHandlers
  /** How many smaller scenarios are run after a violation. */
  readonly maxShrinks?: number
}

/** Runs the scenario of a seed, and reduces it where it violates an invariant. */
export const simulateSeed = Effect.fnUntraced(function* ({ seed, declared, stages, maxShrinks = 300 }: SeedOptions) {
  const runsByScenario = new Map<Scenario, SimulatedRun>()
  let first: Violation | undefined
  const holds = Effect.fnUntraced(function* (scenario: Scenario) {
    const run = yield* simulateScenario(declared, scenario, stages)
    runsByScenario.set(scenario, run)
    first ??= run.violations[0]
    return !run.violations.some(({ invariant }) => invariant === first?.invariant)
  })
  const result = yield* Arbitrary.checkEffect(scenarios, holds, { seed, runs: 1, size: 100, maxShrinks })
  const [run] = runsByScenario.values()
  if (run === undefined) return yield* Effect.die(`The seed ${seed} generates no scenario.`)
  const smallest = result._tag === "Falsified" ? runsByScenario.get(result.shrunkInput) : undefined
  const seedResult: SeedResult =
    result._tag === "Falsified" && smallest !== undefined
      ? { seed, run, smallest: { run: smallest, steps: result.shrinks } }
      : { seed, run }
  return seedResult
})
