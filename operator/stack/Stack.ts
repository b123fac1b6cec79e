import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import type { AwsClientSettings } from "../../services/AwsClient.ts"

/** The stack a command works on. */
export class Stack extends Context.Service<
  Stack,
  {
    /** For screens: `stack dev`, or `the local cloud on port 4566`. */
    readonly name: string
    /** The command-line flags that select it, such as `--stack dev`. */
    readonly flags: string
    readonly clientSettings: typeof AwsClientSettings.Service
    readonly outputs: StackOutputs
  }
>()("imdb-etl/operator/stack/Stack") {}

/** The stack outputs of `index.ts` that the commands use: queues by URL, functions by physical name. */
export const StackOutputs = Schema.Struct({
  moviesBucket: Schema.NonEmptyString,
  moviesTable: Schema.NonEmptyString,
  functions: Schema.Record(Schema.String, Schema.NonEmptyString),
  queues: Schema.Struct({ movies: Schema.String, exports: Schema.String, loads: Schema.String }),
  deadLetterQueues: Schema.Struct({
    movies: Schema.String,
    exports: Schema.String,
    loads: Schema.String,
    failedRuns: Schema.String,
    daily: Schema.String
  })
})
export type StackOutputs = typeof StackOutputs.Type
