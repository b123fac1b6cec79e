import { randomUUID } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import type { FunctionError, LambdaEvents } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { errorMessage, type SqsClients } from "./SqsClients.ts"
import type { Timer, VirtualClock } from "./VirtualClock.ts"

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
  /** By the agenda's clock. */
  readonly queuedAt: number
  readonly attempts: number
}

/** The wait after the first attempt, and after the second. */
const waitsMs = [60_000, 120_000]

/** Lambda's internal queue for one function: a failed event is tried again, and then goes to the failure destination. */
export class AsynchronousInvocations {
  readonly #target: LambdaFunction
  readonly #agenda: VirtualClock
  readonly #clients: SqsClients
  readonly #events: LambdaEvents
  readonly #waiting = new Map<string, Timer>()
  #configuration: AsynchronousConfiguration = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 }

  constructor(target: LambdaFunction, agenda: VirtualClock, clients: SqsClients, events: LambdaEvents) {
    this.#target = target
    this.#agenda = agenda
    this.#clients = clients
    this.#events = events
  }

  configure(configuration: AsynchronousConfiguration): void {
    this.#configuration = configuration
  }

  /** Queues the event and returns the request id, which all its attempts share. */
  queue(event: unknown): string {
    const requestId = randomUUID()
    this.#begin({ requestId, event, queuedAt: this.#agenda.now(), attempts: 0 })
    return requestId
  }

  timers(): ReadonlyArray<Timer> {
    return Array.from(this.#waiting.values())
  }

  #begin(queued: QueuedEvent): void {
    void this.#agenda.run(() => this.#attempt(queued))
  }

  async #attempt(queued: QueuedEvent): Promise<void> {
    const { requestId, event } = queued
    const result = await this.#target.invoke(event, { requestId })
    if (result.ok || this.#agenda.stopped) return
    const tried = { ...queued, attempts: queued.attempts + 1 }
    if (tried.attempts > this.#configuration.maximumRetryAttempts) {
      return this.#giveUp(tried, "RetriesExhausted", result.error)
    }
    const id = `${requestId} ${tried.attempts}`
    this.#waiting.set(id, {
      id,
      dueAt: Date.now() + (waitsMs[queued.attempts] ?? 0),
      fire: async () => {
        this.#waiting.delete(id)
        const ageMs = this.#agenda.now() - queued.queuedAt
        if (ageMs <= this.#configuration.maximumEventAgeSeconds * 1000) this.#begin(tried)
        else await this.#giveUp(tried, "EventAgeExceeded", result.error)
      }
    })
  }

  async #giveUp(
    { requestId, event, attempts }: QueuedEvent,
    condition: FailureCondition,
    error: FunctionError
  ): Promise<void> {
    const queueArn = this.#configuration.onFailureQueueArn
    if (queueArn === undefined) return
    const { name, arn, roleArn } = this.#target.definition
    const detail = `${condition} after ${attempts} attempts: ${error.errorType}: ${error.errorMessage}`
    const body = JSON.stringify(
      failureRecord({ requestId, functionArn: arn, condition, attempts, event, error, at: new Date() })
    )
    try {
      await this.#clients
        .sqs(roleArn)
        .send(new SendMessageCommand({ QueueUrl: this.#clients.queueUrl(queueArn), MessageBody: body }))
      this.#events.emit("deadLettered", { queueArn, cause: "retries", from: name, detail })
    } catch (cause) {
      if (this.#agenda.stopped) return
      const refused = `failure record of ${name}: ${errorMessage(cause)}`
      this.#events.emit("refused", { service: "lambda", resource: queueArn, detail: refused })
    }
  }
}

export type FailureCondition = "RetriesExhausted" | "EventAgeExceeded"

interface FailedEvent {
  readonly requestId: string
  readonly functionArn: string
  readonly condition: FailureCondition
  readonly attempts: number
  readonly event: unknown
  readonly error: FunctionError
  readonly at: Date
}

/**
 * What Lambda sends to the failure destination of an asynchronous invocation.
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
    // Node's runtime reports every error as unhandled, those that the handler threw too.
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload
  }
}
