import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { runDateOf } from "../../domain/RunDate.ts"
import { Stack } from "../Stack.ts"

/** The date in the time zone of the stack's schedule. */
export const today = Effect.gen(function* () {
  const { outputs } = yield* Stack
  return runDateOf(yield* DateTime.now, DateTime.zoneMakeNamedUnsafe(outputs.timeZone))
})
