import { randomBytes } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import type { LambdaEvents } from "./LambdaEvents.ts"
import { errorMessage, type SqsClients } from "./SqsClients.ts"
import type { VirtualClock } from "./VirtualClock.ts"

export interface ScheduleDefinition {
  readonly name: string
  readonly arn: string
  readonly scheduleExpression: string
  readonly timezone: string
  /** A function's ARN. */
  readonly targetArn: string
  readonly roleArn: string
  /** JSON, with context attributes such as `<aws.scheduler.scheduled-time>` in it. */
  readonly input: string
  readonly retryPolicy: { readonly maximumRetryAttempts: number; readonly maximumEventAgeInSeconds: number }
  readonly deadLetterQueueArn?: string
  readonly state: "ENABLED" | "DISABLED"
}

interface Undelivered {
  readonly code: string
  readonly message: string
}

/** Hands an event to a function's asynchronous queue under a role, or says why that cannot be. */
export type Deliver = (functionArn: string, roleArn: string, event: unknown) => Undelivered | undefined

/** The schedules of EventBridge Scheduler; time does not fire them here, `fire` does. */
export class Schedules {
  readonly #deliver: Deliver
  readonly #agenda: VirtualClock
  readonly #clients: SqsClients
  readonly #events: LambdaEvents
  readonly #byName = new Map<string, ScheduleDefinition>()

  constructor(deliver: Deliver, agenda: VirtualClock, clients: SqsClients, events: LambdaEvents) {
    this.#deliver = deliver
    this.#agenda = agenda
    this.#clients = clients
    this.#events = events
  }

  create(schedule: ScheduleDefinition): void {
    this.#byName.set(schedule.name, schedule)
  }

  /** Invokes the target as if the schedule's time had come at `at`; `override` is sent in place of its input. */
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
    const undelivered = this.#tryDelivering(schedule, input)
    if (undelivered !== undefined) await this.#agenda.run(() => this.#bury(schedule, firing, input, undelivered))
  }

  #tryDelivering({ targetArn, roleArn }: ScheduleDefinition, input: string): Undelivered | undefined {
    const event = parsed(input)
    return event === undefined
      ? { code: "InvalidRequestContentException", message: "Could not parse request body into json" }
      : this.#deliver(targetArn, roleArn, event.json)
  }

  /** At once, since a missing target or permission is not retried: nothing else can fail here. */
  async #bury(schedule: ScheduleDefinition, firing: ScheduleInvocation, input: string, { code, message }: Undelivered) {
    const { name, arn, roleArn, targetArn, deadLetterQueueArn: queueArn } = schedule
    this.#events.emit("refused", { service: "scheduler", resource: targetArn, detail: `schedule ${name}: ${message}` })
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
    const command = new SendMessageCommand({
      QueueUrl: this.#clients.queueUrl(queueArn),
      MessageBody: input,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [key, { DataType: "String", StringValue: value }])
      )
    })
    try {
      await this.#clients.sqs(roleArn).send(command)
      this.#events.emit("deadLettered", { queueArn, cause: "delivery", from: name, detail: message })
    } catch (cause) {
      const detail = `dead letter of schedule ${name}: ${errorMessage(cause)}`
      this.#events.emit("refused", { service: "scheduler", resource: queueArn, detail })
    }
  }
}

const parsed = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** What a schedule's input may ask for. */
export interface ScheduleInvocation {
  readonly scheduledTime: Date
  readonly scheduleArn: string
  readonly executionId: string
  readonly attemptNumber: number
}

/** To the second, as EventBridge Scheduler writes it: 2026-11-21T06:00:00Z. */
export const formatScheduledTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export const fillContextAttributes = (input: string, firing: ScheduleInvocation): string =>
  input
    .replaceAll("<aws.scheduler.scheduled-time>", formatScheduledTime(firing.scheduledTime))
    .replaceAll("<aws.scheduler.schedule-arn>", firing.scheduleArn)
    .replaceAll("<aws.scheduler.execution-id>", firing.executionId)
    .replaceAll("<aws.scheduler.attempt-number>", String(firing.attemptNumber))
