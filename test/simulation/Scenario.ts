import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Chances = Schema.Literals([0, 3, 15, 50, 120])

/** Small things that go wrong anywhere: in how many of a thousand chances. */
export const FaultRates = Schema.Struct({
  /** A call is refused, and was not carried out. */
  refused: Chances,
  /** A call is carried out, and its answer is lost. */
  answerLost: Chances,
  /** A call is refused, and carried out some seconds later all the same. */
  late: Chances,
  /** An answer takes seconds, up to longer than a function may. */
  slow: Chances,
  /** A function dies at a call, before or after it. */
  killed: Chances,
  /** What a function answers is lost, and with it the acknowledgement of its batch. */
  acknowledgementLost: Chances,
  /** A message, an event or the word of an object comes twice. */
  twice: Chances,
  /** The word of an object comes minutes late. */
  toldLate: Chances
})
/** In how many of a thousand chances each thing happens. */
export type FaultRates = { readonly [What in keyof typeof FaultRates.Type]: number }

export const noFaults: FaultRates = {
  refused: 0,
  answerLost: 0,
  late: 0,
  slow: 0,
  killed: 0,
  acknowledgementLost: 0,
  twice: 0,
  toldLate: 0
}

/** In seconds, from the first day's run on: what a run does in its first minutes, and when its waits end. */
const Moment = Schema.Literals([0, 1, 4, 8, 12, 20, 60, 300, 900, 3_600, 18_000, 60_000, 86_400, 130_000])
const spans = [2, 30, 240, 1_800, 7_200, 40_000, 100_000, 200_000] as const
const Span = Schema.Literals(spans)

/** What can be down for a while. */
export const Outage = Schema.Struct({
  what: Schema.Literals([
    "OMDb answers 503",
    "OMDb answers 403 in HTML",
    "OMDb answers malformed JSON",
    "OMDb says Error getting data.",
    "OMDb never answers",
    "OMDb resets the connection",
    "OMDb's daily limit is reached",
    "OMDb rejects every key",
    "S3 takes no objects",
    "S3 gives no objects",
    "S3 lists no objects",
    "SQS takes no messages",
    "SQS changes no visibility",
    "S3 is slow",
    "DynamoDB throttles",
    "DynamoDB is slow",
    "the secret cannot be read",
    "the schedule cannot deliver",
    "the source list is no list"
  ]),
  from: Moment,
  /** In seconds. */
  lasts: Span
})
export type Outage = typeof Outage.Type

/** What OMDb says of one movie, as long as nobody corrects it. */
export const MovieFault = Schema.Struct({
  /** Counted round and round over the movies of a run. */
  rank: between(1, 12),
  with: Schema.Literals(["OMDb has no movie it", "OMDb answers about another", "OMDb garbles it", "its answer hangs"])
})
export type MovieFault = typeof MovieFault.Type

/** What people do meanwhile. */
export const OperatorAction = Schema.Struct({
  what: Schema.Literals([
    "runs the first day again",
    "runs the first day again with fewer movies",
    "runs the first day again with more movies",
    "changes the list",
    "rotates the key, the secret first",
    "rotates the key, OMDb first",
    "redrives everything"
  ]),
  at: Moment
})
export type OperatorAction = typeof OperatorAction.Type

/** A story: what is asked of the pipeline, and what befalls it. */
export const Scenario = Schema.Struct({
  /** Decides every small thing: how long a call takes, who comes first, whom the storm hits. */
  seed: between(0, 1_000_000),
  days: between(1, 2),
  /** How many movies the stack is configured for. */
  top: between(1, 12),
  /** How much of the storm there is. Most is learnt where little goes wrong: nothing excuses what is left then. */
  weather: Schema.Literals(["calm", "light", "stormy", "stormy"]),
  storm: FaultRates,
  outages: Schema.Array(Outage).check(Schema.isMaxLength(3)),
  troubles: Schema.Array(MovieFault).check(Schema.isMaxLength(2)),
  deeds: Schema.Array(OperatorAction).check(Schema.isMaxLength(3))
})
export type Scenario = Omit<typeof Scenario.Type, "storm"> & { readonly storm: FaultRates }

/** Of the storm, what its weather leaves. */
export const activeRates = ({ weather, storm }: Scenario): FaultRates => {
  if (weather === "stormy") return storm
  const entries = Object.entries(storm).map(([what, chances]) => [what, weather === "light" ? Math.min(chances, 3) : 0])
  return { ...noFaults, ...Object.fromEntries(entries) }
}

/** The rank of the movie that is meant, in a run of so many. */
export const rankIn = (top: number, { rank }: MovieFault): number => ((rank - 1) % top) + 1

const without = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.map((_, left) => all.filter((_, index) => index !== left))

/** Scenarios with one thing less, for whoever looks for what it takes to break a promise. */
const lesser = (scenario: typeof Scenario.Type): ReadonlyArray<typeof Scenario.Type> => {
  const { days, top, weather, storm, outages, troubles, deeds } = scenario
  const calmer = Object.entries(storm).flatMap(([what, chances]) => (chances === 0 ? [] : [{ ...storm, [what]: 0 }]))
  return [
    ...without(outages).map((outages) => ({ ...scenario, outages })),
    ...without(deeds).map((deeds) => ({ ...scenario, deeds })),
    ...without(troubles).map((troubles) => ({ ...scenario, troubles })),
    ...(weather === "calm" ? [] : [{ ...scenario, weather: "calm" as const }]),
    ...calmer.map((storm) => ({ ...scenario, storm })),
    ...(days > 1 ? [{ ...scenario, days: 1 }] : []),
    ...(top > 1
      ? [
          { ...scenario, top: Math.ceil(top / 2) },
          { ...scenario, top: top - 1 }
        ]
      : []),
    ...outages.flatMap((outage, index) =>
      spans
        .filter((lasts) => lasts < outage.lasts)
        .map((lasts) => ({ ...scenario, outages: outages.with(index, { ...outage, lasts }) }))
    )
  ]
}

export const scenarios = Arbitrary.schema(Scenario, { shrink: lesser })
