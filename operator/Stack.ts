import { fileURLToPath } from "node:url"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import { CannotRun } from "../cli/CommandErrors.ts"
import type { AwsClientSettings } from "../services/AwsClient.ts"

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
>()("imdb-etl/operator/Stack") {}

/** The stack outputs of `index.ts` that the commands use: queues by URL, functions by physical name. */
export const StackOutputs = Schema.Struct({
  sourceList: Schema.Struct({
    bucket: Schema.NonEmptyString,
    key: Schema.NonEmptyString,
    region: Schema.NonEmptyString
  }),
  omdb: Schema.Struct({ secret: Schema.NonEmptyString, baseUrl: Schema.NonEmptyString }),
  /** The schedule's name. */
  schedule: Schema.NonEmptyString,
  moviesBucket: Schema.NonEmptyString,
  moviesTable: Schema.NonEmptyString,
  /** How many movies a run has unless its event has another number. */
  top: Schema.Int,
  /** Of the schedule. */
  timeZone: Schema.NonEmptyString,
  schedulePaused: Schema.Boolean,
  functions: Schema.Record(Schema.String, Schema.NonEmptyString),
  /** The names of the functions' log groups. */
  logGroups: Schema.Record(Schema.String, Schema.NonEmptyString),
  logRetentionDays: Schema.Int,
  queues: Schema.Struct({
    movies: Schema.String,
    exports: Schema.String,
    loads: Schema.String,
    reports: Schema.String
  }),
  deadLetterQueues: Schema.Struct({
    movies: Schema.String,
    exports: Schema.String,
    loads: Schema.String,
    reports: Schema.String,
    failedRuns: Schema.String,
    daily: Schema.String
  }),
  alarmTopic: Schema.NonEmptyString,
  datasetTopic: Schema.NonEmptyString
})
export type StackOutputs = typeof StackOutputs.Type

/** A deployed stack, read with the `pulumi` CLI; needs a Pulumi login, and its commands AWS credentials of the account. */
export const deployedStack = Effect.fnUntraced(function* (name: string) {
  const spawner = yield* ChildProcessSpawner
  const args = ["stack", "output", "--json", "--stack", name]
  const unreadable = ({ message }: { readonly message: string }) =>
    new CannotRun({
      message: `The outputs of the stack ${name} cannot be read: pulumi ${args.join(" ")}: ${message.replace(/\s+/g, " ")}`
    })
  const text = yield* spawner
    .string(ChildProcess.make("pulumi", args, { stderr: "inherit" }))
    .pipe(Effect.mapError(unreadable))
  if (text.trim() === "") {
    return yield* unreadable({ message: "no outputs. Check its message above, pulumi whoami and pulumi stack ls." })
  }
  const outputs = yield* decodeOutputs(text).pipe(Effect.mapError(unreadable))
  // The environment need not set the region and cannot contradict it.
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(outputs.queues.movies)?.[1]
  const clientSettings = region === undefined ? {} : { region }
  return Stack.of({ name: `stack ${name}`, flags: `--stack ${name}`, clientSettings, outputs })
})

/** Of `npm run dev`. */
export const defaultPort = 4566

const root = fileURLToPath(new URL("..", import.meta.url))

/** The stack on a local cloud of this checkout. */
export const localStack = Effect.fnUntraced(function* (port: number) {
  const files = yield* FileSystem.FileSystem
  const file = `${root}.local/dev-${port}.json`
  const notRunning = new CannotRun({
    message: `No local cloud is running on port ${port}: start one with npm run dev, or give its port with --port.`
  })
  const text = yield* files.readFileString(file).pipe(Effect.mapError(() => notRunning))
  const { clientSettings, outputs } = yield* decodeConnection(text).pipe(
    Effect.mapError(
      ({ message }) => new CannotRun({ message: `${file} cannot be read: ${message.replace(/\s+/g, " ")}` })
    )
  )
  // A local cloud that was killed leaves its file behind.
  yield* Effect.tryPromise({ try: (signal) => fetch(clientSettings.endpoint, { signal }), catch: () => notRunning })
  const flags = port === defaultPort ? "--local" : `--local --port ${port}`
  return Stack.of({ name: `the local cloud on port ${port}`, flags, clientSettings, outputs })
})

/** The file that `npm run dev` keeps while it runs, readable by its user only. */
const ConnectionFile = Schema.Struct({
  clientSettings: Schema.Struct({
    endpoint: Schema.String,
    region: Schema.String,
    credentials: Schema.Struct({ accessKeyId: Schema.String, secretAccessKey: Schema.String })
  }),
  outputs: StackOutputs
})

const decodeOutputs = Schema.decodeUnknownEffect(Schema.fromJsonString(StackOutputs))
const decodeConnection = Schema.decodeUnknownEffect(Schema.fromJsonString(ConnectionFile))
