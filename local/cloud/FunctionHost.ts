/** How an invocation ended. */
export type FunctionAnswer =
  | { readonly ok: true; readonly requestId: string; readonly payload: unknown }
  | {
      readonly ok: false
      readonly requestId: string
      readonly error: {
        readonly errorType: string
        readonly errorMessage: string
        readonly trace?: ReadonlyArray<string>
      }
    }

/** Who runs the account's functions: the cloud takes the calls of Lambda's API and knows nothing of how. */
export interface FunctionHost {
  readonly has: (name: string) => boolean
  readonly invoke: (name: string, event: unknown) => Promise<FunctionAnswer>
  /** Returns the request id. */
  readonly invokeAsync: (name: string, event: unknown) => string
}

/** An account without functions. */
export const noFunctions: FunctionHost = {
  has: () => false,
  invoke: (name) => Promise.reject(new Error(`There is no function ${name}.`)),
  invokeAsync: (name) => {
    throw new Error(`There is no function ${name}.`)
  }
}
