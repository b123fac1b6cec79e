import type { Context as LambdaContext } from "aws-lambda"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Deadline } from "../../services/Deadline.ts"
import { failureOf, logFailure } from "./failureOf.ts"
import { logging } from "./logging.ts"

type Invocation = Pick<LambdaContext, "functionName" | "awsRequestId" | "getRemainingTimeInMillis">

/** The answer is given this long before Lambda would end the function and keep none of it. */
const ahead = Duration.seconds(2)

/**
 * Makes a Lambda entry of what answers one event: the layer is built once for all invocations of a container, and a
 * failure rejects with an Error that bears the reason as its name and one sentence as its message.
 */
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

  const invoke = Effect.fnUntraced(function* (event: unknown, invocation: Invocation) {
    const now = yield* Clock.currentTimeMillis
    const deadline = now + invocation.getRemainingTimeInMillis() - Duration.toMillis(ahead)
    return yield* answer(event).pipe(Effect.provideContext(yield* services), Effect.provideService(Deadline, deadline))
  })

  return (event, invocation) =>
    invoke(event, invocation).pipe(
      Effect.catchCause((cause) => {
        const { reason, detail } = failureOf(cause)
        return Effect.andThen(
          logFailure("Error", "Invocation failed", cause),
          Effect.fail(Object.assign(new Error(detail), { name: reason }))
        )
      }),
      Effect.annotateLogs({ function: invocation.functionName, requestId: invocation.awsRequestId }),
      Effect.provide(logging),
      Effect.runPromise
    )
}
