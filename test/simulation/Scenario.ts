import * as Arbitrary from "effect/Arbitrary"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import { movieFaultNames, outageNames, randomFaults } from "./faults.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const PerMille = Schema.Literals([0, 3, 15, 50, 120])

/** In how many of 1,000 cases each random fault occurs. */
export type FaultRates = Readonly<Record<keyof typeof randomFaults, number>>

export const noFaults: FaultRates = Record.map(randomFaults, () => 0)

/** Seconds since the first day's run: in its first minutes, around the ends of its retry delays, and a week later. */
const Moment = Schema.Literals([0, 1, 4, 8, 12, 20, 60, 300, 900, 3_600, 18_000, 60_000, 86_400, 130_000, 604_800])
const durations = [2, 30, 240, 1_800, 7_200, 40_000, 100_000, 200_000] as const

export const Outage = Schema.Struct({
  fault: Schema.Literals(outageNames),
  from: Moment,
  /** In seconds. */
  duration: Schema.Literals(durations)
})

export const MovieFault = Schema.Struct({
  /** Modulo the number of movies in the run. */
  rank: between(1, 12),
  fault: Schema.Literals(movieFaultNames)
})
type MovieFault = typeof MovieFault.Type

export const OperatorAction = Schema.Struct({
  action: Schema.Literals([
    "reruns the first day",
    "reruns the first day with fewer movies",
    "reruns the first day with more movies",
    "reruns the first day with refresh",
    "runs an older day",
    "changes the source list",
    "replaces the API key, first in the secret",
    "replaces the API key, first at OMDb",
    "redrives all dead letters"
  ]),
  at: Moment
})
export type OperatorAction = typeof OperatorAction.Type

/** Everything that is random about a simulated run. */
export const Scenario = Schema.Struct({
  /** Of the choices during the run: how long calls take, in which order messages arrive, which calls fail. */
  seed: between(0, 1_000_000),
  days: between(1, 2),
  /** How many movies the stack is configured for. */
  top: between(1, 12),
  /** Low limits the rates. Runs with few faults detect more: then no fault excuses what is wrong at the end. */
  faultLevel: Schema.Literals(["none", "low", "full", "full"]),
  faultRates: Schema.Struct(Record.map(randomFaults, () => PerMille)),
  outages: Schema.Array(Outage).check(Schema.isMaxLength(3)),
  movieFaults: Schema.Array(MovieFault).check(Schema.isMaxLength(2)),
  actions: Schema.Array(OperatorAction).check(Schema.isMaxLength(3))
})
export type Scenario = Omit<typeof Scenario.Type, "faultRates"> & { readonly faultRates: FaultRates }

/** The rates that the fault level leaves. */
export const activeRates = ({ faultLevel, faultRates }: Scenario): FaultRates => {
  if (faultLevel === "full") return faultRates
  const limit = faultLevel === "low" ? 3 : 0
  const limited = Object.entries(faultRates).map(([fault, perMille]) => [fault, Math.min(perMille, limit)])
  return { ...noFaults, ...Object.fromEntries(limited) }
}

/** The rank of the failing movie in a run of `top` movies. */
export const failingRank = (top: number, { rank }: MovieFault): number => ((rank - 1) % top) + 1

/** The scenarios with one fault, action, day or movie less: a violation is reduced to the smallest of these. */
const smallerScenarios = (scenario: typeof Scenario.Type): ReadonlyArray<typeof Scenario.Type> => {
  const { days, top, faultLevel, faultRates, outages, movieFaults, actions } = scenario
  const withoutEach = <A>(items: ReadonlyArray<A>) => items.map((_, left) => items.filter((_, index) => index !== left))
  const activeFaults = Object.entries(faultRates).filter(([, perMille]) => perMille > 0)
  return [
    ...withoutEach(outages).map((outages) => ({ ...scenario, outages })),
    ...withoutEach(actions).map((actions) => ({ ...scenario, actions })),
    ...withoutEach(movieFaults).map((movieFaults) => ({ ...scenario, movieFaults })),
    ...(faultLevel === "none" ? [] : [{ ...scenario, faultLevel: "none" as const }]),
    ...activeFaults.map(([fault]) => ({ ...scenario, faultRates: { ...faultRates, [fault]: 0 } })),
    ...(days > 1 ? [{ ...scenario, days: 1 }] : []),
    ...(top > 1 ? [Math.ceil(top / 2), top - 1].map((top) => ({ ...scenario, top })) : []),
    ...outages.flatMap((outage, index) =>
      durations
        .filter((duration) => duration < outage.duration)
        .map((duration) => ({ ...scenario, outages: outages.with(index, { ...outage, duration }) }))
    )
  ]
}

export const scenarios = Arbitrary.schema(Scenario, { shrink: smallerScenarios })
