import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { RunDate } from "../../domain/RunDate.ts"
import { epochMillis } from "../../domain/Values.ts"
import { Queues } from "../../operator/aws/Queues.ts"
import { deadLetterQueues } from "../../operator/dlq/DeadLetterQueue.ts"
import type { LogEntry } from "../../operator/logs/LogEntry.ts"
import { readRunLog } from "../../operator/logs/runLog.ts"
import { readRunState } from "../../operator/runs/followRun.ts"
import { today } from "../../operator/runs/today.ts"
import { Stack } from "../../operator/Stack.ts"
import { DynamoDb } from "../../services/DynamoDb.ts"
import { whenPresent, whenValid } from "../../services/documents.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import type { ConsoleState, QueueState, RunState, StageState } from "../api.ts"

/** The state of a run, as the status command reports it. */
export const readRun = Effect.fn("readRun")(function* (runDate: RunDate) {
  const { movies, end, facts } = yield* readRunState(runDate)
  const { listCsvs } = yield* RunStore
  const { readNotified } = yield* ReportStore
  const hasCsv = (yield* listCsvs).some((csv) => csv.runDate === runDate)
  // The notification is sent once the report is written.
  const hasReport = Option.isSome(yield* whenPresent(readNotified(runDate)))
  return { runDate, end, movies, hasCsv, hasReport, rows: facts.items.length } satisfies RunState
})

/** What the functions logged about a run, for the stages in this order. */
export const stagesOf = (names: ReadonlyArray<string>, log: ReadonlyArray<LogEntry>): ReadonlyArray<StageState> =>
  names.map((name) => {
    const lines = log.filter(({ stage }) => stage === name)
    const errors = lines.filter(({ level }) => level === "ERROR")
    const [last, lastError] = [lines.at(-1), errors.at(-1)]
    return {
      name,
      invocations: new Set(lines.flatMap(({ requestId }) => requestId ?? [])).size,
      lines: lines.length,
      errors: errors.length,
      ...(last !== undefined && { lastAt: last.at }),
      ...(lastError !== undefined && { lastError: lastError.message })
    }
  })

const readQueues = Effect.gen(function* () {
  const { outputs } = yield* Stack
  const { attributes } = yield* Queues
  const urls = [
    ...Object.entries(outputs.queues).map(([name, url]) => ({ name, url, deadLetters: undefined })),
    ...deadLetterQueues(outputs).map(({ name, url }) => ({ name, url, deadLetters: name }))
  ]
  return yield* Effect.forEach(
    urls,
    ({ name, url, deadLetters }) =>
      Effect.map(
        attributes(url),
        ({ visible, hidden }): QueueState => ({
          name,
          visible,
          hidden,
          ...(deadLetters !== undefined && { deadLetters })
        })
      ),
    { concurrency: "unbounded" }
  )
})

/** Logs arrive so late. */
const overlapMs = 10_000

/**
 * An effect that reads the state each time it is run. Dead letters are received only when a count or an object has
 * changed: a receive hides a message for a moment.
 */
export const makeStateReader = Effect.gen(function* () {
  const { outputs } = yield* Stack
  const names = Object.keys(outputs.functions)
  let seen = ""
  let run: RunState | undefined
  let log: ReadonlyArray<LogEntry> = []

  const readLog = Effect.fnUntraced(function* (runDate: RunDate, isSameRun: boolean) {
    const last = isSameRun ? log.at(-1) : undefined
    const since = last === undefined ? undefined : epochMillis(last.at) - overlapMs
    const found = yield* readRunLog(runDate, since)
    const known = new Set(last === undefined ? [] : log.map((entry) => JSON.stringify(entry)))
    log = [...(last === undefined ? [] : log), ...found.filter((entry) => !known.has(JSON.stringify(entry)))]
  })

  return Effect.gen(function* () {
    const problems: Array<string> = []
    const orElse = <A, E, R>(effect: Effect.Effect<A, E, R>, otherwise: A) =>
      Effect.catchCause(effect, (cause) => {
        const error = Cause.squash(cause)
        problems.push(error instanceof Error ? error.message : String(error))
        return Effect.succeed(otherwise)
      })
    const queues = yield* orElse(readQueues, [])
    const { listRunDates, listOutcomes, readManifest } = yield* RunStore
    const { readNotified } = yield* ReportStore
    const { idsOfDay } = yield* DynamoDb
    const latest = (yield* orElse(listRunDates, [])).at(-1)
    if (latest === undefined) run = undefined
    else {
      const parts = yield* Effect.all(
        [
          orElse(Effect.asSome(listOutcomes(latest)), Option.none()),
          orElse(Effect.asSome(idsOfDay(outputs.moviesTable, latest)), Option.none()),
          orElse(whenValid(readManifest(latest)), Option.none()),
          orElse(whenValid(readNotified(latest)), Option.none())
        ],
        { concurrency: "unbounded" }
      )
      const fingerprint = JSON.stringify([latest, queues, parts])
      if (fingerprint !== seen || run?.end.state === "unfinished") {
        yield* orElse(readLog(latest, run?.runDate === latest), undefined)
      }
      if (fingerprint !== seen) run = yield* orElse(readRun(latest), run)
      seen = fingerprint
    }
    const state: ConsoleState = {
      at: new Date(yield* Clock.currentTimeMillis).toISOString(),
      today: yield* today,
      queues,
      ...(run !== undefined && { run }),
      stages: stagesOf(names, run === undefined ? [] : log),
      problems: [...new Set(problems)]
    }
    return state
  })
})
