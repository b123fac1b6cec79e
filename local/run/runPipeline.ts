import * as DateTime from "effect/DateTime"
import { type RunDate, runDateOf } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { type PendingMovie, type RunResult, readRunResult } from "./RunResult.ts"

/** A failure of a whole stage; what concerns one movie is a gap or a dead letter. */
export interface RunFailure {
  readonly function: string
  /** The tag of the typed error, or Lambda's own error type. */
  readonly reason: string
  readonly detail: string
}

/** What happened in the local cloud since `recordRun`. Functions are named by their logical names. */
export interface RunRecorder {
  /** Each function's log, line by line. */
  readonly logs: ReadonlyMap<string, ReadonlyArray<string>>
  /** Events that used up their retries, and calls that the platform was denied. */
  readonly failures: ReadonlyArray<RunFailure>
  /** The messages that were received too often. */
  readonly deadLetters: ReadonlyArray<{ readonly body: string; readonly detail: string }>
  /** When a message was last deleted from a queue, in milliseconds since the epoch. */
  readonly lastAcknowledged: () => number
}

export const recordRun = ({ cloud, lambda: { events }, names }: LocalStack): RunRecorder => {
  const logs = new Map<string, Array<string>>()
  const failures: Array<RunFailure> = []
  const deadLetters: Array<RunRecorder["deadLetters"][number]> = []
  const lastErrors = new Map<string, RunFailure>()
  let lastAcknowledged = 0

  events.on("batchSettled", ({ deleted }) => {
    if (deleted.length > 0) lastAcknowledged = Date.now()
  })
  // A function acknowledges a message by itself with the single operation.
  cloud.events.on("call", ({ operation, status, at }) => {
    if (operation === "DeleteMessage" && status === 200) lastAcknowledged = at
  })
  events.on("logLine", ({ function: name, line }) => {
    const logical = names.logicalName(name)
    const lines = logs.get(logical) ?? []
    logs.set(logical, lines)
    lines.push(line)
  })
  events.on("invocationEnded", ({ function: name, error }) => {
    if (error === undefined) return
    const { errorType: reason, errorMessage: detail } = error
    lastErrors.set(name, { function: names.logicalName(name), reason, detail })
  })
  // A message that was received too often is counted in its dead-letter queue, and its movie is a gap or pending.
  events.on("deadLettered", ({ cause, from, detail, body = "" }) => {
    if (cause === "receives") return void deadLetters.push({ body, detail })
    failures.push(lastErrors.get(from) ?? { function: names.logicalName(from), reason: cause, detail })
  })
  events.on("refused", ({ service, resource, detail }) => {
    failures.push({ function: service, reason: "Refused", detail: `${names.logicalName(resource)}: ${detail}` })
  })
  return { logs, failures, deadLetters, lastAcknowledged: () => lastAcknowledged }
}

export interface RunRequest {
  /** Undefined: the day on which the schedule fires. */
  readonly runDate?: RunDate | undefined
  /** Undefined: as the stack's configuration sets it. */
  readonly top?: number | undefined
}

/** The run date of a request that is made at this time. */
export const runDateFor = ({ program }: LocalStack, { runDate }: RunRequest, at: Date): RunDate =>
  runDate ?? runDateOf(DateTime.makeUnsafe(at), DateTime.zoneMakeNamedUnsafe(String(program.outputs["timeZone"])))

/** The event of a run by hand; undefined where the schedule's own input serves. */
const eventOf = ({ runDate, top }: RunRequest, firedAt: Date) => {
  if (runDate === undefined && top === undefined) return undefined
  const day = runDate === undefined ? { scheduledTime: firedAt.toISOString() } : { runDate }
  return top === undefined ? day : { ...day, top }
}

export interface FinishedRun {
  readonly runDate: RunDate
  readonly result: RunResult
  readonly failures: ReadonlyArray<RunFailure>
  /** From the schedule's firing to the last acknowledgement. */
  readonly durationMs: number
}

/** Adds to the reason of a pending movie how its message ended. */
const withDeadLetter = (movie: PendingMovie, runDate: RunDate, { deadLetters }: RunRecorder): PendingMovie => {
  const deadLetter = deadLetters.findLast(({ body }) => body.includes(movie.imdbId) && body.includes(runDate))
  return deadLetter === undefined ? movie : { ...movie, reason: `${movie.reason}; dead letter: ${deadLetter.detail}` }
}

/** Fires the program's schedule once and waits until no function runs and no message waits. */
export const runPipeline = async (
  stack: LocalStack,
  recorder: RunRecorder,
  request: RunRequest
): Promise<FinishedRun> => {
  const { lambda, names } = stack
  const [schedule] = names.schedules
  if (schedule === undefined) throw new Error("The program declares no schedule, so nothing starts a run.")
  const failuresBefore = recorder.failures.length
  const firedAt = new Date()
  const runDate = runDateFor(stack, request, firedAt)
  await lambda.fireSchedule(schedule.physical, firedAt, eventOf(request, firedAt))
  await lambda.idle()
  const result = await readRunResult(stack, runDate)
  return {
    runDate,
    result: { ...result, pending: result.pending.map((movie) => withDeadLetter(movie, runDate, recorder)) },
    failures: recorder.failures.slice(failuresBefore),
    durationMs: Math.max(recorder.lastAcknowledged(), firedAt.getTime()) - firedAt.getTime()
  }
}
