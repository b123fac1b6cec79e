import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { readStackFile } from "../../engine/stackFile.ts"
import { scheduledRuns } from "../../infra/scheduledRuns.ts"
import { settings } from "../../infra/settings.ts"
import { findingsOf } from "./Finding.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Checks the settings in the file of a stack as the program does. */
export const checkStackFile = Effect.fnUntraced(function* (stack: string, folder = root) {
  const { ok, failed } = findingsOf(`Settings of ${stack}`)
  const file = yield* Effect.result(
    Effect.tryPromise({ try: () => readStackFile(folder, stack), catch: (error) => error })
  )
  if (Result.isFailure(file)) {
    const message = file.failure instanceof Error ? file.failure.message : String(file.failure)
    return failed(message.replace(join(folder, "/"), ""), "See docs/deploy.md for the settings of a stack.")
  }
  const { project, config } = file.success
  const now = yield* DateTime.now
  for (const [key, { schema, allowed, example }] of Object.entries(settings)) {
    const value = config[`${project}:${key}`]
    const remedy = `Set it: npm run pulumi -- config set ${key} ${example} --stack ${stack}`
    if (value === undefined) return failed(`${key} is missing; it must be ${allowed}`, remedy)
    if (!Schema.is(Schema.toEncoded(schema))(value) || Result.isFailure(decode(schema, value))) {
      return failed(`${key} is ${JSON.stringify(value)}, but must be ${allowed}`, remedy)
    }
    if (key !== "schedule") continue
    const zone = DateTime.zoneMakeNamed(config[`${project}:timeZone`] ?? "")
    const runs = Option.isSome(zone) ? scheduledRuns(value, zone.value, now) : Result.succeed(undefined)
    if (Result.isFailure(runs)) return failed(`schedule is ${JSON.stringify(value)}, but ${runs.failure}`, remedy)
  }
  return ok(`Pulumi.${stack}.yaml is valid`)
})

const decode = (schema: Schema.Codec<unknown, string>, value: string) => Schema.decodeUnknownResult(schema)(value)
