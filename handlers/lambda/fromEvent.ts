import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { remainingTime } from "../../services/InvocationDeadline.ts"
import { decodeInput } from "./decodeInput.ts"

export class OutOfTime extends Schema.TaggedError<OutOfTime>()("OutOfTime", {}) {
  override get message(): string {
    return "The function's time was up before its work was done"
  }
}

/** Runs the program once for an asynchronous event; a failure is Lambda's to retry and then to dead-letter. */
export const fromEvent = <A, B, E, R>(
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
