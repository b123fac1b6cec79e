/**
 * Why an invocation failed: the handler threw ("handled"), the function's timeout ran out, the environment ended
 * without an answer (`process.exit`, an uncaught error, a failed initialisation), or it ran out of memory.
 */
export type FailureKind = "handled" | "timeout" | "exit" | "memory"

/** What Lambda answers for a failed invocation (`errorType`, `errorMessage`, `trace`), and the kind of failure. */
export interface FunctionError {
  readonly kind: FailureKind
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: ReadonlyArray<string>
}

export type InvocationResult =
  | { readonly ok: true; readonly requestId: string; readonly payload: unknown }
  | { readonly ok: false; readonly requestId: string; readonly error: FunctionError }
