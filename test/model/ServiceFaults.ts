import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A call that was answered with an error or not at all. Its effect may have taken place. */
export class CallFailed extends Schema.TaggedError<CallFailed>()("CallFailed", { detail: Schema.String }) {}

export interface ServiceCall {
  readonly service: "s3" | "sqs" | "dynamodb" | "sns" | "secretsmanager" | "omdb"
  /** The name of the API operation, such as PutObject. */
  readonly operation: string
  /** An object's key, an item's IMDb id, or the name of a queue, table, topic or secret. */
  readonly resource: string
  /** Of the bucket; absent for the function's own region. */
  readonly region?: string | undefined
}

/** Decides how the calls of an account are answered: all succeed until a test makes some fail. */
export class ServiceFaults {
  /** Every call since the beginning. */
  readonly calls: Array<ServiceCall> = []
  /** By operation: the greatest number of calls in flight at one time. */
  readonly maxConcurrency = new Map<string, number>()
  /** Runs before each call. A test fails or delays the call here, or changes what the call finds. */
  beforeCall: (call: ServiceCall) => Effect.Effect<unknown, CallFailed> = () => Effect.void
  private readonly inFlight = new Map<string, number>()

  /** Makes the operation fail from now on: for every resource, or for those that the predicate selects. */
  fail(operation: string, isFailing: (resource: string) => boolean = () => true, detail = internalError.detail): void {
    const { beforeCall } = this
    this.beforeCall = (call) =>
      call.operation === operation && isFailing(call.resource)
        ? Effect.fail(new CallFailed({ detail }))
        : beforeCall(call)
  }

  /** `perform` carries the call out at the given time, in epoch milliseconds. */
  call<A>(call: ServiceCall, perform: (now: number) => A): Effect.Effect<A, CallFailed> {
    const { operation } = call
    const count = (difference: number) => {
      const inFlight = (this.inFlight.get(operation) ?? 0) + difference
      this.inFlight.set(operation, inFlight)
      this.maxConcurrency.set(operation, Math.max(inFlight, this.maxConcurrency.get(operation) ?? 0))
    }
    return Effect.suspend(() => {
      this.calls.push(call)
      count(1)
      return Effect.yieldNow.pipe(
        Effect.andThen(this.beforeCall(call)),
        Effect.andThen(Clock.currentTimeMillis),
        Effect.map(perform),
        Effect.ensuring(Effect.sync(() => count(-1)))
      )
    })
  }

  /** The body that SQS stores of one entry of a SendMessageBatch; undefined where it does not accept the entry. */
  storedBody: (body: string) => Effect.Effect<string | undefined> = Effect.succeed

  /** How far a table's index is behind the table, in milliseconds. */
  indexLag: () => number = () => 0
}

export const internalError = new CallFailed({
  detail: "InternalError: We encountered an internal error. Please try again."
})
