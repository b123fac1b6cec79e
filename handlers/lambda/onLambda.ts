import type { Context as LambdaContext } from "aws-lambda"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { InvocationDeadline, remainingTime } from "../../services/InvocationDeadline.ts"
import { failureOf, logFailure } from "./failureOf.ts"
import { decodeInput } from "./LambdaInput.ts"
import { logging } from "./logging.ts"

type Invocation = Pick<LambdaContext, "awsRequestId" | "getRemainingTimeInMillis">

/** The handler returns this long before Lambda's timeout, which would discard its result. */
const margin = Duration.seconds(2)

/**
 * Handles one invocation within its time. A failure is logged and becomes an Error: its name is the reason, its message
 * one sentence.
 */
export const invocationHandler = <A, E, R>(handle: (event: unknown) => Effect.Effect<A, E, R>) =>
  Effect.fnUntraced(
    function* (event: unknown, { getRemainingTimeInMillis }: Invocation) {
      const now = yield* Clock.currentTimeMillis
      const deadline = now + getRemainingTimeInMillis() - Duration.toMillis(margin)
      return yield* Effect.provideService(handle(event), InvocationDeadline, deadline)
    },
    (self, _event, { awsRequestId }) =>
      self.pipe(
        Effect.catchCause((cause) => {
          const { reason, detail } = failureOf(cause)
          return Effect.andThen(
            logFailure("Error", "Invocation failed", cause),
            Effect.fail(Object.assign(new Error(detail), { name: reason }))
          )
        }),
        // The log group names the function.
        Effect.annotateLogs({ requestId: awsRequestId })
      )
  )

/** The exported `handler` of a function. The layer is built once per execution environment. */
export const onLambda = <A, E, R, LE>(
  handle: (event: unknown) => Effect.Effect<A, E, R>,
  layer: Layer.Layer<R, LE>
): ((event: unknown, invocation: Invocation) => Promise<A>) => {
  let runtime = ManagedRuntime.make(layer)
  // A ManagedRuntime caches a failed layer. A new runtime lets the next invocation build it again.
  const services = Effect.suspend(() => {
    const current = runtime
    return Effect.onError(current.contextEffect, () => {
      if (runtime === current) runtime = ManagedRuntime.make(layer)
      return current.disposeEffect
    })
  })
  const invoke = invocationHandler((event) =>
    Effect.flatMap(services, (context) => Effect.provideContext(handle(event), context))
  )
  return (event, invocation) =>
    invoke(event, invocation).pipe(
      Effect.provide(logging),
      // No exporter receives the spans.
      Effect.provideService(References.TracerEnabled, false),
      Effect.runPromise
    )
}

class OutOfTime extends Schema.TaggedError<OutOfTime>()("OutOfTime", {}) {
  override get message(): string {
    return "The function's timeout was reached before its work was done"
  }
}

/** Handles an asynchronous event. A failure is retried by Lambda and then sent to the function's dead-letter queue. */
export const onEvent = <A, B, E, R>(
  schema: Schema.ConstraintDecoder<A>,
  program: (event: A) => Effect.Effect<B, E, R>
) => {
  const decode = decodeInput("event", schema)
  return Effect.fnUntraced(function* (input: unknown) {
    const event = yield* decode(input)
    return yield* Effect.timeoutOrElse(program(event), {
      duration: yield* remainingTime,
      orElse: () => new OutOfTime()
    })
  })
}
