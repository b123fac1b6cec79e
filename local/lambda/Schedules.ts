import { randomBytes } from "node:crypto"
import { errorMessage, type PlatformContext } from "./PlatformContext.ts"

export interface ScheduleDefinition {
  readonly name: string
  readonly arn: string
  /** A function's ARN. */
  readonly targetArn: string
  readonly roleArn: string
  /** JSON that may contain the context attribute `<aws.scheduler.scheduled-time>`. */
  readonly input: string
  readonly deadLetterQueueArn: string
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
    const [other] = /<aws\.scheduler\.(?!scheduled-time>)[^>]*>/.exec(schedule.input) ?? []
    if (other !== undefined) {
      throw new Error(`Schedule ${schedule.name}: the local cloud emulates no context attribute ${other}.`)
    }
    this.#byName.set(schedule.name, schedule)
  }

  /** Invokes the target as if the schedule fired at `at`; `override` replaces the schedule's input. */
  async fire(name: string, at: Date, override?: object): Promise<void> {
    const schedule = this.#byName.get(name)
    if (schedule === undefined) throw new Error(`There is no schedule ${name}.`)
    const scheduledTime = `${at.toISOString().slice(0, 19)}Z`
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    const filled = schedule.input.replaceAll("<aws.scheduler.scheduled-time>", scheduledTime)
    const input = override === undefined ? filled : JSON.stringify(override)
    const error = this.#deliver(schedule.targetArn, schedule.roleArn, JSON.parse(input))
    if (error === undefined) return
    await this.#context.clock.run(() => this.#sendToDeadLetterQueue(schedule, scheduledTime, input, error))
  }

  /** At once: the only errors here are a missing target and a missing permission, which are not retried. */
  async #sendToDeadLetterQueue(
    { name, arn, roleArn, targetArn, deadLetterQueueArn: queueArn }: ScheduleDefinition,
    scheduledTime: string,
    input: string,
    { code, message }: DeliveryError
  ): Promise<void> {
    this.#context.reportRefusal("scheduler", targetArn, `schedule ${name}: ${message}`)
    const attributes = {
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      EXECUTION_ID: randomBytes(8).toString("hex"),
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: "0",
      SCHEDULED_TIME: scheduledTime,
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
