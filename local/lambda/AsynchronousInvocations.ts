import { randomUUID } from "node:crypto"
import { SendMessageCommand } from "@aws-sdk/client-sqs"
import type { Agenda, Wait } from "./Agenda.ts"
import type { Clients } from "./Clients.ts"
import { type FailureCondition, failureRecord } from "./failureRecord.ts"
import type { FunctionError } from "./Invocation.ts"
import type { LambdaEvents } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { messageOf } from "./messageOf.ts"

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
  readonly #agenda: Agenda
  readonly #clients: Clients
  readonly #events: LambdaEvents
  readonly #waiting = new Map<string, Wait>()
  #configuration: AsynchronousConfiguration = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 }

  constructor(target: LambdaFunction, agenda: Agenda, clients: Clients, events: LambdaEvents) {
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

  waits(): ReadonlyArray<Wait> {
    return Array.from(this.#waiting.values())
  }

  #begin(queued: QueuedEvent): void {
    void this.#agenda.during(() => this.#attempt(queued))
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
      begin: async () => {
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
      const refused = `failure record of ${name}: ${messageOf(cause)}`
      this.#events.emit("refused", { service: "lambda", resource: queueArn, detail: refused })
    }
  }
}
