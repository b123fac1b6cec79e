import { EventEmitter } from "node:events"
import type { SqsRecord } from "./SqsBatch.ts"

/**
 * Why an invocation failed: the handler threw ("handled"), the function's timeout passed, the environment ended
 * without a reply (`process.exit`, an uncaught error, a failed initialisation), or it ran out of memory.
 */
export type FailureKind = "handled" | "timeout" | "exit" | "memory"

/** What Lambda returns for a failed invocation (`errorType`, `errorMessage`, `trace`), and the kind of failure. */
export interface FunctionError {
  readonly kind: FailureKind
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
  invocationStarted: [{ function: string; requestId: string; records?: ReadonlyArray<SqsRecord> }]
  /** `ms` excludes initialisation, like Lambda's Duration. */
  invocationEnded: [{ function: string; requestId: string; ms: number; error?: FunctionError }]
  /** The message ids of a batch: the deleted ones are acknowledged by now. */
  batchSettled: [{ function: string; requestId: string; deleted: ReadonlyArray<string>; failed: ReadonlyArray<string> }]
  logLine: [{ function: string; line: string }]
  /** `from` names the function or the schedule. */
  deadLettered: [{ queueArn: string; cause: DeadLetterCause; from: string; detail: string }]
  /** A service could not poll, delete, notify or deliver; `resource` is the ARN of the queue or function. */
  refused: [{ service: "lambda" | "scheduler" | "s3"; resource: string; detail: string }]
}

export class LambdaEvents extends EventEmitter<LambdaEventMap> {}
