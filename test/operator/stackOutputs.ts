import * as Layer from "effect/Layer"
import { Stack, type StackOutputs } from "../../operator/stack/Stack.ts"

const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/000000000000/${name}`

/** The outputs of a deployed stack; no such resources exist. */
export const stackOutputs: StackOutputs = {
  moviesBucket: "movies-1234567",
  moviesTable: "movies-7654321",
  functions: { GetMoviesAndSendToQueue: "GetMoviesAndSendToQueue-1234567" },
  queues: { movies: queueUrl("movies"), exports: queueUrl("exports.fifo"), loads: queueUrl("loads") },
  deadLetterQueues: {
    movies: queueUrl("movies-dead-letters"),
    exports: queueUrl("exports-dead-letters.fifo"),
    loads: queueUrl("loads-dead-letters"),
    failedRuns: queueUrl("failed-runs"),
    daily: queueUrl("daily-dead-letters")
  }
}

export const stackWithoutResources = Layer.succeed(Stack)({
  name: "stack dev",
  flags: "--stack dev",
  clientSettings: {},
  outputs: stackOutputs
})
