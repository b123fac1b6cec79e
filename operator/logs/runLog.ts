import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import type { ImdbId } from "../../domain/ImdbId.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { epochMillis } from "../../domain/Values.ts"
import { Logs } from "../aws/Logs.ts"
import { Stack } from "../Stack.ts"
import { type LogEntry, parseEntry } from "./LogEntry.ts"

const day = 86_400_000

/** Of log lines that belong to no movie: those of whole runs, and of Lambda itself. */
const errors = '{ ($.level = "ERROR") || ($.level = "WARN") || ($.record.status != "success") }'

const inOrder = Order.combine(
  Order.mapInput(Order.String, ({ at }: LogEntry) => at),
  Order.mapInput(Order.String, ({ stage }: LogEntry) => stage)
)

/**
 * What all functions logged about a run, in the order of time: the lines that name its date, and errors of the same
 * invocations. `since`: in milliseconds since the epoch; by default from the day before the run date, which may be ahead
 * of UTC.
 */
export const readRunLog = Effect.fn("readRunLog")(function* (runDate: RunDate, since?: number) {
  const { outputs } = yield* Stack
  const { events } = yield* Logs
  // A run of a future date is logged now.
  const beginning = Math.min(epochMillis(`${runDate}T00:00:00Z`), yield* Clock.currentTimeMillis) - day
  const from = since ?? beginning
  const ofStage = Effect.fnUntraced(function* ([stage, group]: readonly [string, string]) {
    const read = (pattern: string, range: { readonly from: number; readonly to?: number }) =>
      Effect.map(events({ group, pattern, ...range }), (found) =>
        found.flatMap((event) => parseEntry(stage, event) ?? [])
      )
    const named = yield* read(`{ $.runDate = "${runDate}" }`, { from })
    const first = named[0]
    const last = named.at(-1)
    if (first === undefined || last === undefined) return named
    const requests = new Set(named.map(({ requestId }) => requestId))
    // An invocation takes a minute at most.
    const range = { from: epochMillis(first.at) - 60_000, to: epochMillis(last.at) + 60_000 }
    const others = yield* read(errors, range)
    return [
      ...named,
      ...others.filter((entry) => entry.runDate === undefined && entry.requestId && requests.has(entry.requestId))
    ]
  })
  const stages = yield* Effect.forEach(Object.entries(outputs.logGroups), ofStage, { concurrency: "unbounded" })
  return Arr.sort(stages.flat(), inOrder)
})

/** The entries about a movie, and those of its invocations that are about no movie. */
export const aboutMovie = (entries: ReadonlyArray<LogEntry>, imdbId: ImdbId): ReadonlyArray<LogEntry> => {
  const mentions = (entry: LogEntry) =>
    entry.imdbId === imdbId || Object.values(entry.fields).some((value) => value.includes(imdbId))
  const requests = new Set(entries.filter(mentions).map(({ requestId }) => requestId))
  return entries.filter(
    (entry) =>
      mentions(entry) || (entry.imdbId === undefined && entry.level === "ERROR" && requests.has(entry.requestId))
  )
}

/** Why there is no entry. */
export const whyEmpty = Effect.fnUntraced(function* (runDate: RunDate) {
  const { outputs } = yield* Stack
  const age = Math.floor(((yield* Clock.currentTimeMillis) - epochMillis(`${runDate}T00:00:00Z`)) / day)
  if (age < 0) return `${runDate} is in the future, and nothing was logged about it since yesterday.`
  if (age >= outputs.logRetentionDays) {
    return `Logs are kept for ${outputs.logRetentionDays} days (logRetentionDays), and ${runDate} is ${age} days ago.`
  }
  return `No function has logged anything about ${runDate}: no run of this date has started, or its event was not delivered.`
})
