import { fileURLToPath } from "node:url"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
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

const readOutputs = Effect.fnUntraced(function* (name: string) {
  const args = ["stack", "output", "--json", "--stack", name]
  const cannotRun = (message: string) => new CannotRun({ message })
  const unreadable = ({ message }: { readonly message: string }) => {
    const detail = message.replace(/\s+/g, " ").trim()
    return cannotRun(`The outputs of the stack ${name} cannot be read: pulumi ${args.join(" ")}: ${detail}`)
  }
  const { stdout, stderr, code } = yield* runPulumi(args).pipe(
    Effect.mapError((error) =>
      error.reason._tag === "NotFound"
        ? cannotRun("The pulumi command is not installed: docs/deploy.md shows how to install it.")
        : unreadable(error)
    )
  )
  if (code !== 0 || stdout.trim() === "") {
    const known = pulumiFailures.find(([pattern]) => pattern.test(stderr))
    if (known !== undefined) return yield* cannotRun(known[1](name))
    return yield* unreadable({ message: stderr.trim() === "" ? `it ended with exit code ${code}` : stderr })
  }
  const found = yield* decodeRecord(stdout).pipe(Effect.mapError(unreadable))
  const missing = Object.keys(StackOutputs.fields).filter((key) => !(key in found))
  if (missing.length > 0) {
    const what = Object.keys(found).length === 0 ? "it has no outputs" : `it has no ${missing.join(", ")}`
    return yield* cannotRun(
      `The stack ${name} is not deployed, or only partly or by an older version: ${what}. Deploy it with npm run up -- --stack ${name}`
    )
  }
  return yield* decodeOutputs(found).pipe(Effect.mapError(unreadable))
})

const runPulumi = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const spawner = yield* ChildProcessSpawner
  const process = yield* spawner.spawn(ChildProcess.make("pulumi", args, { stdin: "ignore" }))
  const text = <E>(bytes: Stream.Stream<Uint8Array, E>) => Stream.mkString(Stream.decodeText(bytes))
  const [stdout, stderr, code] = yield* Effect.all([text(process.stdout), text(process.stderr), process.exitCode], {
    concurrency: "unbounded"
  })
  return { stdout, stderr, code }
}, Effect.scoped)

/** What pulumi prints on stderr, and the sentence with the next step. */
const pulumiFailures: ReadonlyArray<readonly [RegExp, (name: string) => string]> = [
  [
    /fetch failed|HTTP \d+ fetching/,
    () => "The Pulumi CLI, which is downloaded at its first use, cannot be: check the network, then repeat the command."
  ],
  [
    /no stack named|stack '.*' not found/i,
    (name) =>
      `There is no stack ${name}: npm run pulumi -- stack ls lists the stacks, and docs/deploy.md shows how to create one.`
  ],
  [
    /pulumi login|PULUMI_ACCESS_TOKEN|not logged in/i,
    () => "Pulumi is not logged in: run npm run pulumi -- login, then repeat the command."
  ],
  [
    /passphrase/i,
    (name) => `Pulumi needs the passphrase of the stack ${name}: set PULUMI_CONFIG_PASSPHRASE, then repeat the command.`
  ],
  [
    /ExpiredToken|NoCredentialProviders|credentials/i,
    () =>
      "The credentials of Pulumi's state bucket are missing or have expired: sign in again, then repeat the command."
  ]
]

/** A deployed stack, read with the `pulumi` CLI; needs a Pulumi login, and its commands AWS credentials of the account. */
export const deployedStack = Effect.fnUntraced(function* (name: string) {
  const outputs = yield* readOutputs(name)
  // The environment need not set the region and cannot contradict it.
  const region = /^https:\/\/sqs\.([a-z0-9-]+)\./.exec(outputs.queues.movies)?.[1]
  const clientSettings = region === undefined ? {} : { region }
  return Stack.of({ name: `stack ${name}`, flags: `--stack ${name}`, clientSettings, outputs })
})

/** Of `npm run dev`: the usual port of local clouds, fixed so that a developer's settings stay valid from day to day. */
export const defaultPort = 4566
/** Of the console. */
export const defaultConsolePort = 4567

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

const decodeRecord = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))
const decodeOutputs = Schema.decodeUnknownEffect(StackOutputs)
const decodeConnection = Schema.decodeUnknownEffect(Schema.fromJsonString(ConnectionFile))
