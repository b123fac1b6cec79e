import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import type { Manifest, Roster } from "../../domain/Run.ts"
import { runProgress } from "../../domain/Run.ts"
import type { Depth } from "../aws/Queues.ts"
import type { Name } from "../dlq/DeadLetterQueue.ts"
import type { MovieStatus } from "./MovieStatus.ts"
import type { RunFacts } from "./RunFacts.ts"

export interface Wait {
  readonly what: string
  readonly why: string
  /** The arguments of `npm run etl --` that bring it on, once the cause is gone; absent where it comes by itself, or by running the date again. */
  readonly command?: string
}

export type RunEnd =
  | { readonly state: "complete"; readonly csvKey: string; readonly tableItems: number }
  /** Every movie has its end, and not every one a row. */
  | {
      readonly state: "complete with gaps"
      readonly csvKey: string
      readonly tableItems: number
      readonly gaps: number
    }
  | { readonly state: "unfinished"; readonly waitsFor: ReadonlyArray<Wait> }

type Reason = Omit<Wait, "what">

export const howMany = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`

const depthInWords = ({ visible, hidden }: Depth, queue: string): string =>
  `on the ${queue} queue: ${[
    ...(visible > 0 ? [`${howMany(visible, "message")} to be taken`] : []),
    ...(hidden > 0 ? [`${howMany(hidden, "message")} under way or hidden until the next attempt`] : [])
  ].join(", ")}`

const onNoWay: Reason = { why: "nothing is on its way to it: run the date again" }

/** That something of this run lies in a dead-letter queue; undefined where nothing does. */
const dead = ({ deadLetters, runDate }: RunFacts, queue: Name): Reason | undefined => {
  const letter = deadLetters.find((letter) => letter.queue === queue && letter.runDate === runDate)
  return letter && { why: `dead in ${queue}: ${letter.cause}`, command: `dlq redrive ${queue}` }
}

/** Why a stage has not done its work whose messages come by this queue. */
const byQueue = (facts: RunFacts, queue: "exports" | "loads"): Reason => {
  const depth = facts.queues[queue]
  return dead(facts, queue) ?? (depth.visible + depth.hidden > 0 ? { why: depthInWords(depth, queue) } : onNoWay)
}

const byStageOne = (facts: RunFacts): Reason => dead(facts, "failed-runs") ?? dead(facts, "daily") ?? onNoWay

const forMovies = (facts: RunFacts, movies: ReadonlyArray<MovieStatus>): ReadonlyArray<Wait> => {
  const of = (state: MovieStatus["state"], reason: Reason): ReadonlyArray<Wait> => {
    const count = movies.filter((movie) => movie.state === state).length
    return count === 0 ? [] : [{ what: `${howMany(count, "movie")} (${state})`, ...reason }]
  }
  return [
    ...of("waiting", { why: depthInWords(facts.queues.movies, "movies") }),
    ...of("dead letter", dead(facts, "movies") ?? onNoWay),
    ...of("missing", byStageOne(facts))
  ]
}

/** The manifest, if it is made of the very objects that are there now, as stage 3 itself decides it. */
const upToDate = ({ stored, manifest }: RunFacts, roster: Roster): Option.Option<Manifest> => {
  const madeOf = runProgress(roster, stored).accounted.map(({ key, etag }) => ({ key, etag }))
  return Option.filter(manifest, (found) => Equal.equals(found.madeOf, madeOf))
}

/** How the run ended, or what it waits for. */
export const runEnd = (facts: RunFacts, movies: ReadonlyArray<MovieStatus>): RunEnd => {
  const unfinished = (...waitsFor: ReadonlyArray<Wait>): RunEnd => ({ state: "unfinished", waitsFor })
  if (Option.isNone(facts.roster)) return unfinished({ what: "its roster", ...byStageOne(facts) })
  const waits = forMovies(facts, movies)
  if (waits.length > 0) return unfinished(...waits)
  const manifest = upToDate(facts, facts.roster.value)
  if (Option.isNone(manifest)) return unfinished({ what: "its export", ...byQueue(facts, "exports") })

  const enriched = movies.filter(({ state }) => state === "enriched")
  const rows = facts.items.length
  if (rows !== enriched.length || !enriched.every(({ imdbId }) => facts.items.includes(imdbId))) {
    const what = `its rows in the table, ${rows} there and ${enriched.length} in the CSV`
    return unfinished({ what, ...byQueue(facts, "loads") })
  }
  // The ids are the CSV's, but the values may be those of an older one.
  const load = dead(facts, "loads")
  if (load !== undefined) return unfinished({ what: "a load of its CSV", ...load })
  const end = { csvKey: manifest.value.csvKey, tableItems: rows }
  const gaps = movies.length - enriched.length
  return gaps === 0 ? { state: "complete", ...end } : { state: "complete with gaps", ...end, gaps }
}
