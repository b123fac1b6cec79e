import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { pluralize } from "../../cli/output.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import type { AwsClientSettings } from "../../services/AwsClient.ts"
import { Stack } from "../Stack.ts"
import { type MovieStatus, movieStatuses } from "../status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../status/RunEnd.ts"
import { type RunFacts, readRunFacts } from "../status/RunFacts.ts"

export interface RunState {
  readonly facts: RunFacts
  readonly movies: ReadonlyArray<MovieStatus>
  readonly end: RunEnd
}

/** The status of a run now. */
export const readRunState = Effect.fn("readRunState")(function* (runDate: RunDate) {
  const facts = yield* readRunFacts(runDate)
  const movies = Option.match(facts.roster, { onNone: () => [], onSome: (roster) => movieStatuses(facts, roster) })
  return { facts, movies, end: runEnd(facts, movies) } satisfies RunState
})

/** Whether nothing but an operator, or a retry in hours, changes the run: it has ended, or its messages are dead letters. */
const hasSettled = ({ end, facts }: RunState): boolean => {
  if (end.state !== "unfinished") return true
  // The manifest of an earlier roster stays until the export of this one, also while stage 1 is still sending its movies.
  const isExported = Option.exists(
    Option.zipWith(facts.manifest, facts.roster, ({ rosterCreatedAt }, { createdAt }) => rosterCreatedAt === createdAt),
    (isSame) => isSame
  )
  const { movies, exports, loads } = facts.queues
  const waiting = [movies, exports, loads].reduce((sum, { visible, hidden }) => sum + visible + hidden, 0)
  return end.waitsFor.every(({ queue }) => queue !== undefined) || (waiting === 0 && isExported)
}

/** One line; the same line while nothing changes. */
export const progressLine = ({ movies, end }: RunState): string => {
  const count = (states: ReadonlyArray<MovieStatus["state"]>) =>
    movies.filter(({ state }) => states.includes(state)).length
  const gaps = count(["gap", "provisional gap"])
  const parts = [
    movies.length === 0 ? "no roster yet" : `${count(["enriched"])} of ${movies.length} enriched`,
    ...(gaps > 0 ? [pluralize(gaps, "gap")] : []),
    ...(end.state === "unfinished" ? [`waiting for ${end.waitsFor.map(({ what }) => what).join(", ")}`] : [end.state])
  ]
  return parts.join(", ")
}

/** Between two looks: a deployed run takes minutes, and each look is about twenty requests. */
export const intervalOf = ({ endpoint }: typeof AwsClientSettings.Service) =>
  endpoint === undefined ? "5 seconds" : "300 millis"

/**
 * Looks at a run until it has settled, and calls `onChange` for each change: by default it prints a line on stderr. `after` is the creation time of the
 * roster that the run has to replace: undefined where there was none.
 */
export const followRun = Effect.fn("followRun")(function* (
  runDate: RunDate,
  after: string | undefined,
  onChange: (state: RunState) => Effect.Effect<void> = (state) => Console.error(`${runDate}: ${progressLine(state)}`)
) {
  const { clientSettings } = yield* Stack
  let last = ""
  for (;;) {
    const state = yield* readRunState(runDate)
    const createdAt = Option.getOrUndefined(state.facts.roster)?.createdAt
    const isNew = createdAt !== after || state.end.state === "unfinished"
    const line = JSON.stringify([state.end, state.movies])
    if (line !== last) yield* onChange(state)
    last = line
    if (isNew && createdAt !== undefined && hasSettled(state)) return state
    // A run that could not start has no roster, and its event is a dead letter.
    if (
      createdAt === after &&
      state.facts.deadLetters.some((dead) => dead.runDate === runDate && isStart(dead.queue))
    ) {
      return state
    }
    yield* Effect.sleep(intervalOf(clientSettings))
  }
})

const isStart = (queue: string): boolean => queue === "failed-runs" || queue === "daily"
