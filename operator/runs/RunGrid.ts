import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Manifest, Roster } from "../../domain/Run.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { epochMillis } from "../../domain/Values.ts"
import { whenValid } from "../../services/documents.ts"
import { RunStore } from "../../services/RunStore.ts"
import { today } from "./today.ts"

/**
 * `none`: no roster. `unfinished`: a roster without a manifest of its own. The others are by what the manifest names:
 * `pending` movies, `provisional` gaps, final `gaps`, or nothing.
 */
export const DayState = Schema.Literals(["complete", "gaps", "provisional", "pending", "unfinished", "none"])
export type DayState = typeof DayState.Type

/** A day of the grid. The numbers are those of the manifest. */
export const RunDay = Schema.Struct({
  runDate: RunDate,
  state: DayState,
  total: Schema.optionalKey(Schema.Int),
  enriched: Schema.optionalKey(Schema.Int),
  gaps: Schema.optionalKey(Schema.Int),
  pending: Schema.optionalKey(Schema.Int),
  /** From the roster to the manifest, in milliseconds. */
  durationMs: Schema.optionalKey(Schema.Int)
})
export type RunDay = typeof RunDay.Type

/** The run date so many days later. */
export const plusDays = (runDate: RunDate, days: number): RunDate =>
  RunDate.make(new Date(epochMillis(`${runDate}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10))

/** The days from one date to another, both included. */
export const daysBetween = (from: RunDate, to: RunDate): ReadonlyArray<RunDate> => {
  const days: Array<RunDate> = []
  for (let day = from; day <= to; day = plusDays(day, 1)) days.push(day)
  return days
}

/** The days until `last`, the oldest first, one for each date. */
export const readRunGrid = Effect.fn("readRunGrid")(function* (days: ReadonlyArray<RunDate>) {
  const started = new Set(yield* RunStore.use(({ listRunDates }) => listRunDates))
  return yield* Effect.forEach(
    days,
    (runDate) => (started.has(runDate) ? readDay(runDate) : Effect.succeed<RunDay>({ runDate, state: "none" })),
    { concurrency: 16 }
  )
})

/** So many days ahead of today can have a run: of the next scheduled moment. */
const maxDaysAhead = 7

/** So many days, until today or, where it is later, the newest run. */
export const recentDays = Effect.fnUntraced(function* (count: number) {
  const now = yield* today
  const started = yield* RunStore.use(({ listRunDates }) => listRunDates)
  const ahead = started.filter((runDate) => runDate > now && runDate <= plusDays(now, maxDaysAhead))
  const last = ahead.at(-1) ?? now
  return daysBetween(plusDays(last, 1 - count), last)
})

const readDay = Effect.fnUntraced(function* (runDate: RunDate) {
  const { readManifest, readRoster } = yield* RunStore
  const roster = Option.getOrUndefined(yield* whenValid(readRoster(runDate)))
  const manifest = Option.getOrUndefined(yield* whenValid(readManifest(runDate)))
  return runDay(runDate, roster, manifest)
})

export const runDay = (runDate: RunDate, roster: Roster | undefined, manifest: Manifest | undefined): RunDay => {
  if (manifest === undefined || manifest.rosterCreatedAt !== roster?.createdAt) {
    return { runDate, state: roster === undefined ? "none" : "unfinished", ...(roster && { total: roster.total }) }
  }
  const { total, enriched, gaps, pending, rosterCreatedAt, completedAt } = manifest
  const counts = { total, enriched, gaps: gaps.length, pending: pending.length }
  return {
    runDate,
    state: stateOf(manifest),
    ...counts,
    durationMs: epochMillis(completedAt) - epochMillis(rosterCreatedAt)
  }
}

const stateOf = ({ complete, gaps, pending }: Manifest): DayState => {
  if (complete) return "complete"
  if (pending.length > 0) return "pending"
  return gaps.some(({ nextAttemptAt }) => nextAttemptAt !== undefined) ? "provisional" : "gaps"
}
