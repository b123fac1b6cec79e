import * as DateTime from "effect/DateTime"
import { type RunDate, runDateOf } from "../../domain/RunDate.ts"
import type { LocalStack } from "../LocalStack.ts"
import type { Recording } from "./Recording.ts"
import { runState } from "./RunState.ts"
import type { Ended } from "./summary.ts"

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
export const oneRun = async (stack: LocalStack, recording: Recording, request: RunRequest): Promise<Ended> => {
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
    state: await runState(stack, runDate),
    failures: recording.failures.slice(failedBefore),
    durationMs: Math.max(recording.lastAcknowledged(), firedAt.getTime()) - firedAt.getTime()
  }
}
