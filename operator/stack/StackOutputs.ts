import * as Schema from "effect/Schema"

/** As much of what `index.ts` puts out as the commands need. Queues by their addresses, functions by their names. */
export const StackOutputs = Schema.Struct({
  moviesBucket: Schema.NonEmptyString,
  moviesTable: Schema.NonEmptyString,
  functions: Schema.Array(Schema.NonEmptyString),
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
