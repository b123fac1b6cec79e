import { randomBytes } from "node:crypto"
import { errorMessage, type PlatformContext } from "./PlatformContext.ts"

export interface ScheduleDefinition {
  readonly name: string
  readonly arn: string
  readonly scheduleExpression: string
  readonly timezone: string
  /** A function's ARN. */
  readonly targetArn: string
  readonly roleArn: string
  /** JSON that may contain context attributes such as `<aws.scheduler.scheduled-time>`. */
  readonly input: string
  readonly retryPolicy: { readonly maximumRetryAttempts: number; readonly maximumEventAgeInSeconds: number }
  readonly deadLetterQueueArn?: string
  readonly state: "ENABLED" | "DISABLED"
}

interface DeliveryError {
  readonly code: string
  readonly message: string
}

/** Queues an event for a function under a role, or returns why Lambda refuses it. */
export type Deliver = (functionArn: string, roleArn: string, event: unknown) => DeliveryError | undefined

/** The schedules of EventBridge Scheduler. Time does not fire them here; `fire` does. */
export class Schedules {
  readonly #deliver: Deliver
  readonly #context: PlatformContext
  readonly #byName = new Map<string, ScheduleDefinition>()

  constructor(deliver: Deliver, context: PlatformContext) {
    this.#deliver = deliver
    this.#context = context
  }

  create(schedule: ScheduleDefinition): void {
    this.#byName.set(schedule.name, schedule)
  }

  /** Invokes the target as if the schedule fired at `at`; `override` replaces the schedule's input. */
  async fire(name: string, at: Date, override?: object): Promise<void> {
    const schedule = this.#byName.get(name)
    if (schedule === undefined) throw new Error(`There is no schedule ${name}.`)
    const firing: ScheduleInvocation = {
      scheduledTime: at,
      scheduleArn: schedule.arn,
      executionId: randomBytes(8).toString("hex"),
      attemptNumber: 1
    }
    const input = override === undefined ? fillContextAttributes(schedule.input, firing) : JSON.stringify(override)
    const error = this.#tryDelivering(schedule, input)
    if (error === undefined) return
    await this.#context.clock.run(() => this.#sendToDeadLetterQueue(schedule, firing, input, error))
  }

  #tryDelivering({ targetArn, roleArn }: ScheduleDefinition, input: string): DeliveryError | undefined {
    let event: unknown
    try {
      event = JSON.parse(input)
    } catch {
      return { code: "InvalidRequestContentException", message: "Could not parse request body into json" }
    }
    return this.#deliver(targetArn, roleArn, event)
  }

  /** At once: the only errors here are a missing target, a missing permission and invalid JSON, which are not retried. */
  async #sendToDeadLetterQueue(
    { name, arn, roleArn, targetArn, deadLetterQueueArn: queueArn }: ScheduleDefinition,
    firing: ScheduleInvocation,
    input: string,
    { code, message }: DeliveryError
  ): Promise<void> {
    this.#context.reportRefusal("scheduler", targetArn, `schedule ${name}: ${message}`)
    if (queueArn === undefined) return
    const attributes = {
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      EXECUTION_ID: firing.executionId,
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: "0",
      SCHEDULED_TIME: formatScheduledTime(firing.scheduledTime),
      SCHEDULE_ARN: arn,
      TARGET_ARN: targetArn
    }
    const messageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, { DataType: "String", StringValue: value }])
    )
    try {
      await this.#context.sendMessage(roleArn, queueArn, input, messageAttributes)
      this.#context.events.emit("deadLettered", { queueArn, cause: "delivery", from: name, detail: message })
    } catch (cause) {
      this.#context.reportRefusal("scheduler", queueArn, `dead letter of schedule ${name}: ${errorMessage(cause)}`)
    }
  }
}

/** The values of the context attributes that a schedule's input may contain. */
interface ScheduleInvocation {
  readonly scheduledTime: Date
  readonly scheduleArn: string
  readonly executionId: string
  readonly attemptNumber: number
}

/** To the second, as EventBridge Scheduler writes it: 2026-11-21T06:00:00Z. */
const formatScheduledTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export const fillContextAttributes = (input: string, firing: ScheduleInvocation): string =>
  input
    .replaceAll("<aws.scheduler.scheduled-time>", formatScheduledTime(firing.scheduledTime))
    .replaceAll("<aws.scheduler.schedule-arn>", firing.scheduleArn)
    .replaceAll("<aws.scheduler.execution-id>", firing.executionId)
    .replaceAll("<aws.scheduler.attempt-number>", String(firing.attemptNumber))
