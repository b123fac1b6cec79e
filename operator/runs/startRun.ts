import * as Effect from "effect/Effect"
import { CannotRun } from "../../cli/CommandErrors.ts"
import type { RunDate } from "../../domain/RunDate.ts"
import { Functions } from "../aws/Functions.ts"
import { Stack } from "../Stack.ts"

/** What stage 1 is invoked with. */
export interface RunEvent {
  readonly runDate: RunDate
  readonly top?: number
  readonly refresh?: true
}

/** Invokes stage 1 asynchronously, as the schedule does. */
export const startRun = Effect.fn("startRun")(function* (event: RunEvent) {
  const { outputs, name } = yield* Stack
  const stage1 = outputs.functions["GetMoviesAndSendToQueue"]
  if (stage1 === undefined) {
    return yield* new CannotRun({
      message: `${name} has no function GetMoviesAndSendToQueue: it is only partly deployed. Deploy it with npm run up.`
    })
  }
  yield* Functions.use(({ invokeAsync }) => invokeAsync(stage1, JSON.stringify(event)))
})
