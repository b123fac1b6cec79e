import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { prefix, runDateOfRosterKey } from "../../domain/keys.ts"
import { S3 } from "../../services/S3.ts"
import { deadLetterQueues } from "../dlq/DeadLetterQueue.ts"
import { lookAt } from "../dlq/lookAt.ts"
import { Stack } from "../stack/Stack.ts"

/** The date of the latest run: of those that have a roster, and of those whose event is a dead letter. */
export const latestRun = Effect.gen(function* () {
  const { outputs, name } = yield* Stack
  const listed = yield* S3.use(({ list }) => list(outputs.moviesBucket, prefix.runs))
  const ofEvents = deadLetterQueues(outputs).filter(({ source }) => source === undefined)
  const looks = yield* Effect.forEach(ofEvents, lookAt)
  const latest = [
    ...listed.flatMap(({ key }) => Option.toArray(runDateOfRosterKey(key))),
    ...looks.flatMap(({ letters }) => letters.flatMap(({ runDate }) => runDate ?? []))
  ]
    .sort()
    .at(-1)
  if (latest !== undefined) return latest
  return yield* new CannotRun({
    message: `No run of ${name} has begun yet: name its date, or see what is in dlq list.`
  })
})
