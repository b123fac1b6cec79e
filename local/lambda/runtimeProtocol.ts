import type { FunctionError } from "./Invocation.ts"

/** What the runtime in a worker needs to know before its first invocation. */
export interface RuntimeOptions {
  /** The handler's module, as a file URL. */
  readonly module: string
  readonly exportName: string
  readonly functionName: string
  readonly functionArn: string
  readonly memoryMb: number
  readonly logGroupName: string
  readonly logStreamName: string
}

export interface InvokeMessage {
  readonly requestId: string
  /** JSON, as it would cross the wire: the handler never shares an object with its caller. */
  readonly event: string
  /** Epoch milliseconds at which the function's timeout ends. */
  readonly deadline: number
}

/** `crashed` is followed by the worker's end; after `failed` it stays warm. */
export type RuntimeMessage =
  | { readonly type: "ready" }
  | { readonly type: "answered"; readonly payload: string }
  | { readonly type: "failed"; readonly error: FunctionError }
  | { readonly type: "crashed"; readonly error: FunctionError }
