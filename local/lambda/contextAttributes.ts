/** What a schedule's input may ask for. */
export interface Firing {
  readonly scheduledTime: Date
  readonly scheduleArn: string
  readonly executionId: string
  readonly attemptNumber: number
}

/** To the second, as EventBridge Scheduler writes it: 2026-11-21T06:00:00Z. */
export const schedulerTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export const withContextAttributes = (input: string, firing: Firing): string =>
  input
    .replaceAll("<aws.scheduler.scheduled-time>", schedulerTime(firing.scheduledTime))
    .replaceAll("<aws.scheduler.schedule-arn>", firing.scheduleArn)
    .replaceAll("<aws.scheduler.execution-id>", firing.executionId)
    .replaceAll("<aws.scheduler.attempt-number>", String(firing.attemptNumber))
