import type { Context as LambdaContext } from "aws-lambda"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { InvocationDeadline } from "../../services/InvocationDeadline.ts"
import { failureOf, logFailure } from "./failureOf.ts"
import { logging } from "./logging.ts"

type Invocation = Pick<LambdaContext, "functionName" | "awsRequestId" | "getRemainingTimeInMillis">

/** The answer is given this long before Lambda would end the function and keep none of it. */
const ahead = Duration.seconds(2)

/**
 * One invocation: the event's answer, given in time. A failure is logged, and becomes an Error that bears the reason as
 * its name and one sentence as its message.
 */
export const invocationHandler = <A, E, R>(answer: (event: unknown) => Effect.Effect<A, E, R>) =>
  Effect.fnUntraced(
    function* (event: unknown, { getRemainingTimeInMillis }: Invocation) {
      const now = yield* Clock.currentTimeMillis
      const deadline = now + getRemainingTimeInMillis() - Duration.toMillis(ahead)
      return yield* Effect.provideService(answer(event), InvocationDeadline, deadline)
    },
    (self, _event, { functionName, awsRequestId }) =>
      self.pipe(
        Effect.catchCause((cause) => {
          const { reason, detail } = failureOf(cause)
          return Effect.andThen(
            logFailure("Error", "Invocation failed", cause),
            Effect.fail(Object.assign(new Error(detail), { name: reason }))
          )
        }),
        Effect.annotateLogs({ function: functionName, requestId: awsRequestId })
      )
  )

/** Makes a Lambda entry of what answers one event: the layer is built once for all invocations of a container. */
export const onLambda = <A, E, R, LE>(
  answer: (event: unknown) => Effect.Effect<A, E, R>,
  layer: Layer.Layer<R, LE>
): ((event: unknown, invocation: Invocation) => Promise<A>) => {
  let runtime = ManagedRuntime.make(layer)
  // A ManagedRuntime remembers a failed layer: a new one lets the next invocation try again.
  const services = Effect.suspend(() => {
    const current = runtime
    return Effect.onError(current.contextEffect, () => {
      if (runtime === current) runtime = ManagedRuntime.make(layer)
      return current.disposeEffect
    })
  })
  const invoke = invocationHandler((event) =>
    Effect.flatMap(services, (context) => Effect.provideContext(answer(event), context))
  )
  return (event, invocation) => invoke(event, invocation).pipe(Effect.provide(logging), Effect.runPromise)
}
