import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Instant } from "../../domain/Values.ts"
import type { LogEvent } from "../aws/Logs.ts"

/** A line of a function's log. */
export const LogEntry = Schema.Struct({
  at: Instant,
  /** The function, as the program names it. */
  stage: Schema.String,
  level: Schema.String,
  message: Schema.String,
  requestId: Schema.optionalKey(Schema.String),
  runDate: Schema.optionalKey(Schema.String),
  imdbId: Schema.optionalKey(Schema.String),
  /** The other fields of the line, as they are shown. */
  fields: Schema.Record(Schema.String, Schema.String)
})
export type LogEntry = typeof LogEntry.Type

const Line = Schema.StructWithRest(
  Schema.Struct({
    level: Schema.optionalKey(Schema.String),
    message: Schema.optionalKey(Schema.Unknown),
    requestId: Schema.optionalKey(Schema.String),
    runDate: Schema.optionalKey(Schema.String),
    imdbId: Schema.optionalKey(Schema.String)
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

/** Lambda's own event at the end of an invocation. */
const Report = Schema.Struct({
  type: Schema.Literal("platform.report"),
  record: Schema.Struct({
    requestId: Schema.String,
    status: Schema.String,
    metrics: Schema.optionalKey(Schema.Struct({ durationMs: Schema.optionalKey(Schema.Finite) }))
  })
})

/** What the function's own error has as its message, with the JSON log format. */
const RuntimeError = Schema.Struct({ errorType: Schema.String, errorMessage: Schema.String })

const parseReport = Schema.decodeUnknownOption(Schema.fromJsonString(Report))
const parseLine = Schema.decodeUnknownOption(Schema.fromJsonString(Line))
const isRuntimeError = Schema.is(RuntimeError)

const shown = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""))

/** The entry of a line; undefined for metrics and for events of Lambda that say nothing about the work. */
export const parseEntry = (stage: string, { timestamp, message: text }: LogEvent): LogEntry | undefined => {
  const at = new Date(timestamp).toISOString()
  const report = parseReport(text)
  if (Option.isSome(report)) {
    const { requestId, status, metrics } = report.value.record
    if (status === "success") return undefined
    const message = `The invocation ended with ${status}${metrics?.durationMs === undefined ? "" : ` after ${metrics.durationMs} ms`}`
    return { at, stage, level: "ERROR", message, requestId, fields: {} }
  }
  const line = parseLine(text)
  if (Option.isNone(line)) return { at, stage, level: "", message: text.trimEnd(), fields: {} }
  const { level, message, requestId, runDate, imdbId, timestamp: _, function: __, type, ...others } = line.value
  // Metrics have a line of their own.
  if ("_aws" in others || (typeof type === "string" && type.startsWith("platform."))) return undefined
  const [first, ...rest] = Array.isArray(message) ? message : [message]
  return {
    ...{ at, stage, level: level ?? "" },
    message: isRuntimeError(first) ? `${first.errorType}: ${first.errorMessage}` : shown(first ?? text),
    ...(requestId !== undefined && { requestId }),
    ...(runDate !== undefined && { runDate }),
    ...(imdbId !== undefined && { imdbId }),
    fields: {
      ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, shown(value)])),
      ...(rest.length > 0 && { cause: rest.map(shown).join(" ") })
    }
  }
}
