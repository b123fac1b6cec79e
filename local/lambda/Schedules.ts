import { randomBytes } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import type { Agenda } from "./Agenda.ts"
import type { Clients } from "./Clients.ts"
import { type Firing, schedulerTime, withContextAttributes } from "./contextAttributes.ts"
import type { LambdaEvents } from "./LambdaEvents.ts"
import { messageOf } from "./messageOf.ts"

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
  readonly #agenda: Agenda
  readonly #clients: Clients
  readonly #events: LambdaEvents
  readonly #byName = new Map<string, ScheduleDefinition>()

  constructor(deliver: Deliver, agenda: Agenda, clients: Clients, events: LambdaEvents) {
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
    const firing: Firing = {
      scheduledTime: at,
      scheduleArn: schedule.arn,
      executionId: randomBytes(8).toString("hex"),
      attemptNumber: 1
    }
    const input = override === undefined ? withContextAttributes(schedule.input, firing) : JSON.stringify(override)
    const undelivered = this.#tryDelivering(schedule, input)
    if (undelivered !== undefined) await this.#agenda.during(() => this.#bury(schedule, firing, input, undelivered))
  }

  #tryDelivering({ targetArn, roleArn }: ScheduleDefinition, input: string): Undelivered | undefined {
    const event = parsed(input)
    return event === undefined
      ? { code: "InvalidRequestContentException", message: "Could not parse request body into json" }
      : this.#deliver(targetArn, roleArn, event.json)
  }

  /** At once, since a missing target or permission is not retried: nothing else can fail here. */
  async #bury(schedule: ScheduleDefinition, firing: Firing, input: string, { code, message }: Undelivered) {
    const { name, arn, roleArn, targetArn, deadLetterQueueArn: queueArn } = schedule
    this.#events.emit("refused", { service: "scheduler", resource: targetArn, detail: `schedule ${name}: ${message}` })
    if (queueArn === undefined) return
    const attributes = {
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      EXECUTION_ID: firing.executionId,
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: "0",
      SCHEDULED_TIME: schedulerTime(firing.scheduledTime),
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
      const detail = `dead letter of schedule ${name}: ${messageOf(cause)}`
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
