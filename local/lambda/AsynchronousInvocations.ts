import { randomUUID } from "node:crypto"
import type { FunctionError } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { errorMessage, type PlatformContext } from "./PlatformContext.ts"
import type { Timer } from "./VirtualClock.ts"

export interface AsynchronousConfiguration {
  /** 0 to 2. */
  readonly maximumRetryAttempts: number
  /** 60 to 21,600. */
  readonly maximumEventAgeSeconds: number
  readonly onFailureQueueArn?: string
}

interface QueuedEvent {
  readonly requestId: string
  readonly event: unknown
  /** By the virtual clock. */
  readonly queuedAt: number
  readonly attempts: number
}

/** Before the second and before the third attempt. */
const retryDelaysMs = [60_000, 120_000]

/** Lambda's internal queue of one function: it retries a failed event, then sends it to the failure destination. */
export class AsynchronousInvocations {
  readonly #target: LambdaFunction
  readonly #context: PlatformContext
  readonly #retries = new Map<string, Timer>()
  #configuration: AsynchronousConfiguration = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 }

  constructor(target: LambdaFunction, context: PlatformContext) {
    this.#target = target
    this.#context = context
  }

  configure(configuration: AsynchronousConfiguration): void {
    this.#configuration = configuration
  }

  /** Queues the event and returns the request id, which all its attempts share. */
  queue(event: unknown): string {
    const requestId = randomUUID()
    this.#start({ requestId, event, queuedAt: this.#context.clock.now(), attempts: 0 })
    return requestId
  }

  timers(): ReadonlyArray<Timer> {
    return Array.from(this.#retries.values())
  }

  #start(queued: QueuedEvent): void {
    void this.#context.clock.run(() => this.#attempt(queued))
  }

  async #attempt(queued: QueuedEvent): Promise<void> {
    const { requestId, event } = queued
    const result = await this.#target.invoke(event, { requestId })
    if (result.ok || this.#context.clock.stopped) return
    const attempted = { ...queued, attempts: queued.attempts + 1 }
    if (attempted.attempts > this.#configuration.maximumRetryAttempts) {
      return this.#sendFailureRecord(attempted, "RetriesExhausted", result.error)
    }
    const id = `${requestId} ${attempted.attempts}`
    this.#retries.set(id, {
      id,
      dueAt: Date.now() + (retryDelaysMs[queued.attempts] ?? 0),
      fire: async () => {
        this.#retries.delete(id)
        const ageMs = this.#context.clock.now() - queued.queuedAt
        if (ageMs <= this.#configuration.maximumEventAgeSeconds * 1000) this.#start(attempted)
        else await this.#sendFailureRecord(attempted, "EventAgeExceeded", result.error)
      }
    })
  }

  async #sendFailureRecord({ requestId, event, attempts }: QueuedEvent, condition: Condition, error: FunctionError) {
    const queueArn = this.#configuration.onFailureQueueArn
    if (queueArn === undefined) return
    const { name, arn, roleArn } = this.#target.definition
    const record = failureRecord({ requestId, functionArn: arn, condition, attempts, event, error, at: new Date() })
    try {
      await this.#context.sendMessage(roleArn, queueArn, JSON.stringify(record))
      const detail = `${condition} after ${attempts} attempts: ${error.errorType}: ${error.errorMessage}`
      this.#context.events.emit("deadLettered", { queueArn, cause: "retries", from: name, detail })
    } catch (cause) {
      this.#context.reportRefusal("lambda", queueArn, `failure record of ${name}: ${errorMessage(cause)}`)
    }
  }
}

type Condition = "RetriesExhausted" | "EventAgeExceeded"

interface FailedEvent {
  readonly requestId: string
  readonly functionArn: string
  readonly condition: Condition
  readonly attempts: number
  readonly event: unknown
  readonly error: FunctionError
  readonly at: Date
}

/**
 * The message that Lambda sends to the failure destination of an asynchronous invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const failureRecord = ({ requestId, functionArn, condition, attempts, event, error, at }: FailedEvent) => {
  const { kind: _, ...responsePayload } = error
  return {
    version: "1.0",
    timestamp: at.toISOString(),
    requestContext: {
      requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts
    },
    requestPayload: event,
    // Node's runtime reports every error as unhandled, also the errors that the handler threw.
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload
  }
}
