import { EventEmitter } from "node:events"
import type { SQSRecord } from "aws-lambda"

/** What Lambda returns for a failed invocation; `errorType` names the cause, such as Sandbox.Timedout. */
export interface FunctionError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: ReadonlyArray<string>
}

export type InvocationResult =
  | { readonly ok: true; readonly requestId: string; readonly payload: unknown }
  | { readonly ok: false; readonly requestId: string; readonly error: FunctionError }

/** `receives`: past the queue's maxReceiveCount; `retries`: an asynchronous event; `delivery`: a schedule's target. */
export type DeadLetterCause = "receives" | "retries" | "delivery"

interface LambdaEventMap {
  invocationStarted: [{ function: string; requestId: string; records?: ReadonlyArray<SQSRecord> }]
  /** `ms` excludes initialisation, like Lambda's Duration. */
  invocationEnded: [{ function: string; requestId: string; ms: number; error?: FunctionError }]
  /** The message ids of a batch: the deleted ones are acknowledged by now. */
  batchSettled: [{ function: string; requestId: string; deleted: ReadonlyArray<string>; failed: ReadonlyArray<string> }]
  logLine: [{ function: string; line: string }]
  /** `from` names the function or the schedule; `body` is that of a queue's message. */
  deadLettered: [{ queueArn: string; cause: DeadLetterCause; from: string; detail: string; body?: string }]
  /** Nothing ran, and waiting was fast-forwarded by this time. */
  timeSkipped: [{ ms: number }]
  /** A service could not poll, delete, notify or deliver; `resource` is the ARN of the queue or function. */
  refused: [{ service: "lambda" | "scheduler" | "s3"; resource: string; detail: string }]
}

export class LambdaEvents extends EventEmitter<LambdaEventMap> {}
