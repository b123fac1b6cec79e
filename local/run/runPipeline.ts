import * as DateTime from "effect/DateTime"
import { type RunDate, runDateOf } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import { readRunResult } from "./RunResult.ts"
import type { FinishedRun } from "./RunSummary.ts"

/** Something that ended a part of the run for good and is no gap of one movie. */
export interface RunFailure {
  readonly function: string
  /** The typed error's tag, or Lambda's own error type. */
  readonly reason: string
  readonly detail: string
}

/** What has happened in the local cloud since the recording began; functions by their logical names. */
export interface RunRecorder {
  /** Every line that each function wrote. */
  readonly logs: ReadonlyMap<string, ReadonlyArray<string>>
  /** An event that is out of retries, and what the platform was refused. */
  readonly failures: ReadonlyArray<RunFailure>
  /** When a message was last acknowledged, in milliseconds since the epoch. */
  readonly lastAcknowledged: () => number
}

export const recordRun = ({ cloud, lambda: { events }, names }: LocalStack): RunRecorder => {
  const logs = new Map<string, Array<string>>()
  const failures: Array<RunFailure> = []
  const lastErrors = new Map<string, RunFailure>()
  let lastAcknowledged = 0

  cloud.events.on("call", ({ operation, at }) => {
    if (operation.startsWith("DeleteMessage")) lastAcknowledged = at
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
  // What a queue gave up on is counted in its dead letters, and each movie has its gap.
  events.on("deadLettered", ({ cause, from, detail }) => {
    if (cause === "receives") return
    failures.push(lastErrors.get(from) ?? { function: names.logicalName(from), reason: cause, detail })
  })
  events.on("refused", ({ service, resource, detail }) => {
    failures.push({ function: service, reason: "Refused", detail: `${names.logicalName(resource)}: ${detail}` })
  })
  return { logs, failures, lastAcknowledged: () => lastAcknowledged }
}

export interface RunRequest {
  /** Absent: the day of the firing, as every morning. */
  readonly runDate?: RunDate
  readonly top?: number
}

/** What the schedule hands to stage 1: its own input, or the event of a run by hand. */
const byHand = ({ runDate, top }: RunRequest, firedAt: Date) => {
  if (runDate === undefined && top === undefined) return undefined
  const day = runDate === undefined ? { scheduledTime: firedAt.toISOString() } : { runDate }
  return top === undefined ? day : { ...day, top }
}

/** Fires the program's schedule once and waits until nothing runs and nothing waits. */
export const runPipeline = async (
  stack: LocalStack,
  recording: RunRecorder,
  request: RunRequest
): Promise<FinishedRun> => {
  const { lambda, names } = stack
  const [schedule] = names.schedules
  if (schedule === undefined) throw new Error("The program declares no schedule, so nothing starts a run.")
  const failedBefore = recording.failures.length
  const firedAt = new Date()
  await lambda.fireSchedule(schedule.physical, firedAt, byHand(request, firedAt))
  await lambda.idle()
  const runDate = request.runDate ?? runDateOf(DateTime.makeUnsafe(firedAt))
  return {
    runDate,
    result: await readRunResult(stack, runDate),
    failures: recording.failures.slice(failedBefore),
    durationMs: Math.max(recording.lastAcknowledged(), firedAt.getTime()) - firedAt.getTime()
  }
}
