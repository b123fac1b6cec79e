import * as Schema from "effect/Schema"
import { ImdbId } from "../domain/ImdbId.ts"
import { RunDate } from "../domain/RunDate.ts"
import { DeadLetter } from "../operator/dlq/DeadLetter.ts"
import { DeadLetterQueueName } from "../operator/dlq/DeadLetterQueue.ts"
import { DeletionResult } from "../operator/dlq/deleteMessages.ts"
import { RedriveResult } from "../operator/dlq/redrive.ts"
import { LogEntry } from "../operator/logs/LogEntry.ts"
import { RunDay } from "../operator/runs/RunGrid.ts"
import { MovieStatus } from "../operator/status/MovieStatus.ts"
import { RunEnd } from "../operator/status/RunEnd.ts"

/** What the console's server sends and accepts. The page imports the types only. */

/** A resource of the program, or an address outside the stack. */
export const GraphNode = Schema.Struct({ type: Schema.String, name: Schema.String })
export type GraphNode = typeof GraphNode.Type

/** A function of the program with what data flow to and from it. */
export const GraphStage = Schema.Struct({
  name: Schema.String,
  /** What starts it: a schedule or a queue. */
  trigger: Schema.optionalKey(GraphNode),
  inputs: Schema.Array(GraphNode),
  outputs: Schema.Array(GraphNode),
  /** The bucket whose events fill the trigger's queue. */
  eventsOf: Schema.optionalKey(GraphNode),
  deadLetters: Schema.optionalKey(GraphNode)
})
export type GraphStage = typeof GraphStage.Type

export const Settings = Schema.Struct({
  stack: Schema.String,
  isLocal: Schema.Boolean,
  isWritable: Schema.Boolean,
  top: Schema.Int,
  schedule: Schema.Struct({
    expression: Schema.String,
    words: Schema.String,
    timeZone: Schema.String,
    paused: Schema.Boolean,
    /** With the offset of the time zone; absent where it is not known, as with a rate. */
    next: Schema.optionalKey(Schema.Struct({ at: Schema.String, runDate: RunDate }))
  }),
  graph: Schema.Array(GraphStage),
  /** Of the stack's file, without secrets. */
  config: Schema.Record(Schema.String, Schema.String),
  versions: Schema.Record(Schema.String, Schema.String),
  /** What each function may do, in words. */
  grants: Schema.Array(Schema.Struct({ who: Schema.String, may: Schema.Array(Schema.String) })),
  logRetentionDays: Schema.Int
})
export type Settings = typeof Settings.Type

export const QueueState = Schema.Struct({
  /** As the program names it. */
  name: Schema.String,
  visible: Schema.Int,
  /** In flight, delayed, or waiting for the next attempt. */
  hidden: Schema.Int,
  /** The dead-letter queue of this name, instead of a queue with a consumer. */
  deadLetters: Schema.optionalKey(DeadLetterQueueName)
})
export type QueueState = typeof QueueState.Type

export const RunState = Schema.Struct({
  runDate: RunDate,
  end: RunEnd,
  movies: Schema.Array(MovieStatus),
  hasCsv: Schema.Boolean,
  hasReport: Schema.Boolean,
  rows: Schema.Int
})
export type RunState = typeof RunState.Type

/** What a function logged about a run. */
export const StageState = Schema.Struct({
  name: Schema.String,
  invocations: Schema.Int,
  lines: Schema.Int,
  errors: Schema.Int,
  lastAt: Schema.optionalKey(Schema.String),
  lastError: Schema.optionalKey(Schema.String)
})
export type StageState = typeof StageState.Type

export const ConsoleState = Schema.Struct({
  at: Schema.String,
  today: RunDate,
  queues: Schema.Array(QueueState),
  /** The latest run; absent before the first one. */
  run: Schema.optionalKey(RunState),
  stages: Schema.Array(StageState),
  /** Why something could not be read. */
  problems: Schema.Array(Schema.String)
})
export type ConsoleState = typeof ConsoleState.Type

export const Runs = Schema.Struct({ days: Schema.Array(RunDay) })
export type Runs = typeof Runs.Type

export const RunDetails = Schema.Struct({
  run: RunState,
  log: Schema.Array(LogEntry),
  /** Why the log is empty. */
  why: Schema.optionalKey(Schema.String)
})
export type RunDetails = typeof RunDetails.Type

/** A document as it is stored, or why it cannot be shown. */
const Stored = Schema.Struct({
  key: Schema.String,
  text: Schema.optionalKey(Schema.String),
  why: Schema.optionalKey(Schema.String)
})
export type Stored = typeof Stored.Type

export const MovieDetails = Schema.Struct({
  runDate: RunDate,
  status: MovieStatus,
  /** The movie's row in the roster. */
  roster: Schema.String,
  /** Its message in the movies queue. */
  message: Stored,
  object: Stored,
  csvRow: Stored,
  item: Stored,
  log: Schema.Array(LogEntry),
  why: Schema.optionalKey(Schema.String)
})
export type MovieDetails = typeof MovieDetails.Type

export const DeadLetters = Schema.Struct({ messages: Schema.Array(DeadLetter), unseen: Schema.Int })
export type DeadLetters = typeof DeadLetters.Type

/** Where the rows of a day come from. */
export const DataSource = Schema.Literals(["csv", "table"])
export type DataSource = typeof DataSource.Type

/** Rows as plain values, by column. */
export const DayData = Schema.Struct({
  runDate: RunDate,
  source: DataSource,
  columns: Schema.Array(Schema.String),
  rows: Schema.Array(Schema.Array(Schema.NullOr(Schema.Union([Schema.String, Schema.Finite])))),
  hasCsv: Schema.Boolean,
  hasReport: Schema.Boolean
})
export type DayData = typeof DayData.Type

export const StartRun = Schema.Struct({
  runDate: Schema.optionalKey(RunDate),
  top: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 250 }))),
  refresh: Schema.optionalKey(Schema.Boolean)
})
export type StartRun = typeof StartRun.Type
export const Started = Schema.Struct({ runDate: RunDate })
export type Started = typeof Started.Type

const Selected = Schema.Struct({
  queue: DeadLetterQueueName,
  /** All messages where it is absent. */
  messageIds: Schema.optionalKey(Schema.Array(Schema.String))
})
export const Redrive = Schema.Struct({
  ...Selected.fields,
  /** Of one message: what is sent instead. */
  payload: Schema.optionalKey(Schema.String)
})
export type Redrive = typeof Redrive.Type
export const Delete = Selected
export type Delete = typeof Delete.Type
export { DeletionResult, ImdbId, RedriveResult }

/** The header of a write: the token of the page. */
export const tokenHeader = "x-console-token"
