import { chmod, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import * as Layer from "effect/Layer"
import { Stack, type StackOutputs } from "../../operator/Stack.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

/** A PATH whose `pulumi` prints this and exits with this code for the outputs of the stack dev, and with 9 otherwise. */
export const pathWithPulumi = async (output: string, code = 0, errors = ""): Promise<string> => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, "output"), output)
  await writeFile(join(directory, "errors"), errors)
  await writeFile(
    join(directory, "pulumi"),
    `#!/bin/sh\n[ "$*" = "stack output --json --stack dev" ] || exit 9\ncat '${directory}/output'\ncat '${directory}/errors' >&2\nexit ${code}\n`
  )
  await chmod(join(directory, "pulumi"), 0o755)
  return `${directory}${delimiter}${process.env["PATH"]}`
}

const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/000000000000/${name}`

/** The outputs of a deployed stack; no such resources exist. */
export const stackOutputs: StackOutputs = {
  sourceList: { bucket: "top-movies", key: "Top250Movies.json", region: "eu-central-1" },
  omdb: { secret: "arn:aws:secretsmanager:eu-central-1:000000000000:secret:key", baseUrl: "https://www.omdbapi.com" },
  schedule: "daily-1234567",
  moviesBucket: "movies-1234567",
  moviesTable: "movies-7654321",
  top: 10,
  timeZone: "Europe/Berlin",
  schedulePaused: false,
  functions: { GetMoviesAndSendToQueue: "GetMoviesAndSendToQueue-1234567" },
  logGroups: { GetMoviesAndSendToQueue: "GetMoviesAndSendToQueue-logs-1234567" },
  logRetentionDays: 30,
  queues: {
    movies: queueUrl("movies"),
    exports: queueUrl("exports.fifo"),
    loads: queueUrl("loads"),
    reports: queueUrl("reports")
  },
  deadLetterQueues: {
    movies: queueUrl("movies-dead-letters"),
    exports: queueUrl("exports-dead-letters.fifo"),
    loads: queueUrl("loads-dead-letters"),
    reports: queueUrl("reports-dead-letters"),
    failedRuns: queueUrl("failed-runs"),
    daily: queueUrl("daily-dead-letters")
  },
  alarmTopic: "arn:aws:sns:eu-central-1:000000000000:alarms-1234567",
  datasetTopic: "arn:aws:sns:eu-central-1:000000000000:dataset-1234567"
}

export const stackWithoutResources = Layer.succeed(Stack)({
  name: "stack dev",
  flags: "--stack dev",
  clientSettings: {},
  outputs: stackOutputs
})
