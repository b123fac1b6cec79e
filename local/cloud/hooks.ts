import type { ServiceName } from "./Service.ts"

/** One permission a call takes, as a policy sees it. */
export interface AuthorizationCall {
  readonly principalArn: string
  readonly service: ServiceName
  readonly action: string
  readonly resources: ReadonlyArray<string>
  readonly context: Readonly<Record<string, string>>
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly message: string }

/** A call that was allowed and has not happened yet. */
export interface PendingCall {
  readonly principalArn: string
  readonly service: ServiceName
  readonly operation: string
  readonly resources: ReadonlyArray<string>
  readonly body: Buffer
}

/** A call and the HTTP status of its answer, a refusal's too. */
export interface AnsweredCall extends PendingCall {
  readonly status: number
}

/** What to do in place of the call: give this answer or the service's error (503 SlowDown, say), or cut the connection. */
export type Interception =
  | {
      readonly kind: "answer"
      readonly status: number
      readonly headers: Record<string, string>
      readonly body: string
    }
  | { readonly kind: "fail"; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: "reset" }

export interface Hooks {
  /** Asked for each permission a call takes, but never for the operator's. */
  authorize: (call: AuthorizationCall) => Decision
  /** May delay a call by taking its time; undefined lets it happen. */
  intercept: (call: PendingCall) => Promise<Interception | undefined>
  /** Told of an answer before the caller is, who gets none if this says "lost": whatever was done stays done. */
  afterwards: (call: AnsweredCall) => Promise<"lost" | undefined>
}

export const allowEverything = (): Hooks => ({
  authorize: () => ({ allowed: true }),
  intercept: () => Promise.resolve(undefined),
  afterwards: () => Promise.resolve(undefined)
})
