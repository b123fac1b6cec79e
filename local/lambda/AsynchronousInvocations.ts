import { randomUUID } from "node:crypto"
import type { FunctionError } from "./LambdaEvents.ts"
import type { LambdaFunction } from "./LambdaFunction.ts"
import { errorMessage, type PlatformContext } from "./PlatformContext.ts"
import type { Timer } from "./VirtualClock.ts"

/** Before the second and before the third attempt. */
const retryDelaysMs = [60_000, 120_000]

/** Lambda's internal queue of one function: it retries a failed event twice, then sends it to the failure destination. */
export class AsynchronousInvocations {
  onFailureQueueArn: string | undefined
  readonly #target: LambdaFunction
  readonly #context: PlatformContext
  readonly #retries = new Map<string, Timer>()

  constructor(target: LambdaFunction, context: PlatformContext) {
    this.#target = target
    this.#context = context
  }

  /** Queues the event and returns the request id, which all its attempts share. */
  queue(event: unknown): string {
    const requestId = randomUUID()
    this.#start(requestId, event, 1)
    return requestId
  }

  timers(): ReadonlyArray<Timer> {
    return Array.from(this.#retries.values())
  }

  #start(requestId: string, event: unknown, attempt: number): void {
    void this.#context.clock.run(async () => {
      const result = await this.#target.invoke(event, { requestId })
      if (result.ok || this.#context.clock.stopped) return
      const delayMs = retryDelaysMs[attempt - 1]
      if (delayMs === undefined) return this.#sendFailureRecord(requestId, event, attempt, result.error)
      const id = `${requestId} ${attempt}`
      this.#retries.set(id, {
        id,
        dueAt: Date.now() + delayMs,
        fire: () => {
          this.#retries.delete(id)
          this.#start(requestId, event, attempt + 1)
        }
      })
    })
  }

  async #sendFailureRecord(requestId: string, event: unknown, attempts: number, error: FunctionError) {
    const queueArn = this.onFailureQueueArn
    if (queueArn === undefined) return
    const { name, arn, roleArn } = this.#target.definition
    const record = failureRecord({ requestId, functionArn: arn, attempts, event, error, at: new Date() })
    try {
      await this.#context.sendMessage(roleArn, queueArn, JSON.stringify(record))
      const detail = `RetriesExhausted after ${attempts} attempts: ${error.errorType}: ${error.errorMessage}`
      this.#context.events.emit("deadLettered", { queueArn, cause: "retries", from: name, detail })
    } catch (cause) {
      this.#context.reportRefusal("lambda", queueArn, `failure record of ${name}: ${errorMessage(cause)}`)
    }
  }
}

interface FailedEvent {
  readonly requestId: string
  readonly functionArn: string
  readonly attempts: number
  readonly event: unknown
  readonly error: FunctionError
  readonly at: Date
}

/**
 * The message that Lambda sends to the failure destination of an asynchronous invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const failureRecord = ({ requestId, functionArn, attempts, event, error, at }: FailedEvent) => ({
  version: "1.0",
  timestamp: at.toISOString(),
  requestContext: {
    requestId,
    functionArn: `${functionArn}:$LATEST`,
    condition: "RetriesExhausted",
    approximateInvokeCount: attempts
  },
  requestPayload: event,
  // Node's runtime reports every error as unhandled, also the errors that the handler threw.
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: error
})
