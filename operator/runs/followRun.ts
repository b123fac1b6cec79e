import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { pluralize } from "../../cli/output.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { epochMillis } from "../../domain/Values.ts"
import type { AwsClientSettings } from "../../services/AwsClient.ts"
import { Stack } from "../Stack.ts"
import { type MovieStatus, movieStatuses } from "../status/MovieStatus.ts"
import { type RunEnd, runEnd } from "../status/RunEnd.ts"
import { type RunFacts, readRunFacts } from "../status/RunFacts.ts"
import { noRun } from "./noRun.ts"

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

/**
 * Whether nothing changes the run but an operator or a retry in hours: it has ended, could not start, is published but for
 * provisional gaps, or no message of a queue is left.
 */
export const hasSettled = ({ end, movies, facts }: RunState): boolean => {
  if (end.state !== "unfinished" || Option.isNone(facts.roster)) return true
  const count = (state: MovieStatus["state"]) => movies.filter((movie) => movie.state === state).length
  const hasOutcomes = count("enriched") + count("gap") + count("provisional gap") === movies.length
  if (count("provisional gap") > 0 && hasOutcomes) return end.published?.tableItems === count("enriched")
  const { movies: queued, exports, loads } = facts.queues
  if (![queued, exports, loads].every(({ visible, hidden }) => visible + hidden === 0)) return false
  // Stage 1 may still be sending the movies: a manifest that is there is that of an earlier roster.
  const mayBeSending = facts.now - epochMillis(facts.roster.value.createdAt) < 60_000
  return end.published !== undefined || end.waitsFor.every(({ queue }) => queue !== undefined) || !mayBeSending
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
 * How long a run may take to start, in milliseconds. Its roster follows an event by seconds; a failed start is a dead
 * letter after three attempts, minutes later.
 */
const startLimit = (isLocal: boolean, wasInvoked: boolean): number => (isLocal ? 5_000 : 60_000) * (wasInvoked ? 10 : 1)

/**
 * Looks at a run until it has settled, and calls `onChange` for each change: by default it prints a line on stderr. With
 * `before`, the run has to replace that roster or leave another dead letter. Fails where no run starts.
 */
export const followRun = Effect.fn("followRun")(function* (
  runDate: RunDate,
  before: RunState | undefined,
  onChange: (state: RunState) => Effect.Effect<void> = (state) => Console.error(`${runDate}: ${progressLine(state)}`)
) {
  const { clientSettings, flags } = yield* Stack
  const hasStarted = isNewer(runDate, before?.facts)
  const limit = startLimit(clientSettings.endpoint !== undefined, before !== undefined)
  const giveUpAt = (yield* Clock.currentTimeMillis) + limit
  let last = ""
  for (;;) {
    const state = yield* readRunState(runDate)
    const line = JSON.stringify([state.end, state.movies])
    const isSame = line === last
    if (!isSame) yield* onChange(state)
    last = line
    if (hasStarted(state.facts)) {
      // A message that leaves one queue reaches the next a moment later, so an unfinished run has to look the same twice.
      if (hasSettled(state) && (isSame || state.end.state !== "unfinished")) return state
    } else if (state.facts.now > giveUpAt) return yield* new Incomplete({ message: noRun(runDate, flags) })
    yield* Effect.sleep(intervalOf(clientSettings))
  }
})

/** Whether the run has a roster, or a dead letter of its event, that it did not have before. */
const isNewer = (runDate: RunDate, before: RunFacts | undefined) => {
  const createdAt = (facts: RunFacts | undefined) => facts && Option.getOrUndefined(facts.roster)?.createdAt
  const failedStarts = (facts: RunFacts | undefined) =>
    facts?.deadLetters.filter((each) => each.runDate === runDate && isStartQueue(each.queue)) ?? []
  const known = new Set(failedStarts(before).map(({ messageId }) => messageId))
  return (facts: RunFacts) =>
    createdAt(facts) !== createdAt(before) || failedStarts(facts).some(({ messageId }) => !known.has(messageId))
}

const isStartQueue = (queue: string): boolean => queue === "failed-runs" || queue === "daily"
