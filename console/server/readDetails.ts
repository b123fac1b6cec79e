import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import type { ImdbId } from "../../domain/ImdbId.ts"
import { csvKey, enrichedKey, gapKey } from "../../domain/keys.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { MoviesTable } from "../../operator/aws/MoviesTable.ts"
import { readDeadLetters } from "../../operator/dlq/DeadLetter.ts"
import { deadLetterQueues } from "../../operator/dlq/DeadLetterQueue.ts"
import { aboutMovie, readRunLog, whyEmpty } from "../../operator/logs/runLog.ts"
import { readRunState } from "../../operator/runs/followRun.ts"
import { Stack } from "../../operator/Stack.ts"
import type { MovieStatus } from "../../operator/status/MovieStatus.ts"
import type { RunFacts } from "../../operator/status/RunFacts.ts"
import { parseCsv } from "../../services/csv/reader.ts"
import { whenPresent } from "../../services/documents.ts"
import { ReportStore } from "../../services/ReportStore.ts"
import { RunStore } from "../../services/RunStore.ts"
import type { DataSource, DayData, DeadLetters, MovieDetails, RunDetails, Stored } from "../api.ts"
import { readRun } from "./readState.ts"

const withReason = Effect.fnUntraced(function* (runDate: RunDate, isEmpty: boolean) {
  return isEmpty ? { why: yield* whyEmpty(runDate) } : {}
})

/** A run with everything that was logged about it. */
export const readRunDetails = Effect.fn("readRunDetails")(function* (runDate: RunDate) {
  const run = yield* readRun(runDate)
  const log = yield* readRunLog(runDate)
  return { run, log, ...(yield* withReason(runDate, log.length === 0)) } satisfies RunDetails
})

/** A document as indented JSON. */
const shown = (key: string, document: Option.Option<unknown>, missing: string): Stored =>
  Option.match(document, {
    onNone: () => ({ key, why: missing }),
    onSome: (value) => ({ key, text: JSON.stringify(value, undefined, 2) })
  })

/** A movie of a run from end to end: row of the list, object, CSV row, item, log. */
export const readMovie = Effect.fn("readMovie")(function* (runDate: RunDate, imdbId: ImdbId) {
  const { movies, facts } = yield* readRunState(runDate)
  const status = movies.find((movie) => movie.imdbId === imdbId)
  const { readCsv, readEnriched, readGap, readRoster } = yield* RunStore
  const roster = yield* whenPresent(readRoster(runDate))
  const row = Option.getOrUndefined(roster)?.movies.find((movie) => movie.imdbId === imdbId)
  if (status === undefined || row === undefined) {
    return yield* new Incomplete({ message: `The run ${runDate} has no movie ${imdbId}.` })
  }
  const object =
    status.state === "enriched" || status.state === "unreadable"
      ? shown(
          enrichedKey(runDate, imdbId),
          yield* Effect.option(Effect.map(readEnriched(runDate, imdbId), ({ value }) => value)),
          "It is not a valid document."
        )
      : shown(
          gapKey(runDate, imdbId),
          yield* Effect.option(Effect.map(readGap(runDate, imdbId), ({ value }) => value)),
          "The movie has neither an enriched object nor a gap."
        )
  const csv = yield* whenPresent(readCsv(runDate))
  const rows = Option.isSome(csv) ? yield* parseCsv(csv.value) : []
  const record = rows.find(({ row }) => row.imdbId === imdbId)?.row
  const items = yield* MoviesTable.use(({ ofMovie }) => ofMovie(imdbId))
  const item = items.find((each) => each.runDate === runDate)
  const log = aboutMovie(yield* readRunLog(runDate), imdbId)
  const missingRow = Option.isSome(csv) ? "The CSV has no row of the movie." : "The run has no CSV yet."
  return {
    runDate,
    status,
    roster: JSON.stringify(row, undefined, 2),
    message: messageOf(status, facts),
    object,
    csvRow: shown(csvKey(runDate), Option.fromNullishOr(record), missingRow),
    item: shown(
      `${imdbId} ${runDate}`,
      Option.fromNullishOr(item),
      "The table has no item of the movie and this date."
    ),
    log,
    ...(yield* withReason(runDate, log.length === 0))
  } satisfies MovieDetails
})

/** The movie's message: its text is known only once it is a dead letter. */
const messageOf = ({ state, messageId, where }: MovieStatus, { deadLetters }: RunFacts): Stored => {
  const payload = deadLetters.find((each) => each.messageId === messageId)?.payload
  if (payload !== undefined) return { key: `${where}, ${messageId}`, text: indentJson(payload) }
  const why =
    where === "movies queue"
      ? "It is in the queue, and not read: a receive would use up one of the movie's attempts."
      : state === "missing"
        ? "It is in no queue: it was never sent, or it was deleted."
        : "It was processed, and is no longer in the queue."
  return { key: "movies queue", why }
}

const indentJson = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

export const readAllDeadLetters = Effect.gen(function* () {
  const { outputs } = yield* Stack
  const contents = yield* Effect.forEach(deadLetterQueues(outputs), readDeadLetters, { concurrency: "unbounded" })
  return {
    messages: contents.flatMap(({ deadLetters }) => deadLetters),
    unseen: contents.reduce((sum, { unseen }) => sum + unseen, 0)
  } satisfies DeadLetters
})

/** The rows of the run's CSV, or the day's items of the table. */
export const readDay = Effect.fn("readDay")(function* (runDate: RunDate, source: DataSource) {
  const { readCsv } = yield* RunStore
  const { readReport } = yield* ReportStore
  const csv = yield* whenPresent(readCsv(runDate))
  const report = yield* whenPresent(readReport(runDate))
  const rows =
    source === "table"
      ? yield* MoviesTable.use(({ ofDay }) => ofDay(runDate))
      : Option.isSome(csv)
        ? (yield* parseCsv(csv.value)).map(({ row }) => row)
        : []
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const values = rows.map((row) => {
    const cells: Readonly<Record<string, unknown>> = { ...row }
    return columns.map((column) => cellOf(cells[column]))
  })
  return {
    runDate,
    source,
    columns,
    rows: values,
    hasCsv: Option.isSome(csv),
    hasReport: Option.isSome(report)
  } satisfies DayData
})

const cellOf = (value: unknown): string | number | null =>
  value === undefined
    ? null
    : typeof value === "number"
      ? value
      : Array.isArray(value)
        ? value.join(", ")
        : String(value)
