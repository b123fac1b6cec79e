import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { prefix, runDateOfRosterKey } from "../../domain/keys.ts"
import { S3 } from "../../services/S3.ts"
import { CannotRun } from "../CannotRun.ts"
import { Stack } from "../stack/Stack.ts"

/** The date of the latest run that has a roster. */
export const latestRun = Effect.gen(function* () {
  const { outputs, name } = yield* Stack
  const listed = yield* S3.use(({ list }) => list(outputs.moviesBucket, prefix.runs))
  const latest = listed
    .flatMap(({ key }) => Option.toArray(runDateOfRosterKey(key)))
    .sort()
    .at(-1)
  if (latest !== undefined) return latest
  return yield* new CannotRun({
    sentence: `No run of ${name} has a roster yet: name its date, or see whether its event is in dlq list.`
  })
})
