import { mkdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { terminalWidth } from "../../cli/output.ts"
import { abortable } from "../../cli/runAsMain.ts"
import { serveConsole } from "../../console/server/serveConsole.ts"
import { servicesOf } from "../../operator/etl.ts"
import { defaultConsolePort, defaultPort, localStack, Stack } from "../../operator/Stack.ts"
import { type LocalStack, projectRoot } from "../LocalStack.ts"
import { devSession } from "./devSession.ts"
import { formatRun } from "./formatRun.ts"
import { runOnCloud, startCloudForRun } from "./localRun.ts"
import { lineProgress } from "./progress.ts"
import { consolePortFlag, fixedPortFlag, runFlags, toRunOptions } from "./runFlags.ts"

/** One run; then the cloud stays up with its data until Ctrl-C, for the operator's commands, `aws` and any SDK. */
export const devCommand = Command.make(
  "npm run dev --",
  { ...runFlags, port: fixedPortFlag(defaultPort), consolePort: consolePortFlag(defaultConsolePort) },
  Effect.fnUntraced(function* (flags) {
    const progress = yield* lineProgress
    const cloud = yield* startCloudForRun(yield* toRunOptions(flags), progress)
    const { stack } = cloud
    yield* Effect.acquireRelease(
      abortable(() => writeConnectionFile(stack)),
      () => Effect.promise(() => removeConnectionFile(stack))
    )
    yield* serveConsoleOf(stack, flags.consolePort)
    const { summary, result, warnings, writeResultsAgain } = yield* runOnCloud(cloud)
    for (const sentence of warnings) yield* Console.log(sentence)
    yield* Console.log(`${formatRun(summary, result, yield* terminalWidth)}\n\n${connectionHelp(stack)}`)
    yield* devSession({ stack, recorder: cloud.recorder, request: cloud.options })
    yield* Console.log("Stopping the local cloud.")
    // With what was sent to the cloud since the run.
    for (const sentence of yield* writeResultsAgain) yield* Console.log(sentence)
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Runs the pipeline once like npm start, then keeps the local cloud up until Ctrl-C: with a console, log lines, and every edit of a handler in use at the next invocation."
  ),
  Command.withExamples([
    { command: "npm run dev", description: `A local cloud at port ${defaultPort}` },
    { command: "npm run dev -- --port 5000 --top 25", description: "Another port, more movies" },
    { command: "npm run etl -- status --local", description: "In another terminal: how the run ended" }
  ])
)

/** Serves the console. Where its port is in use, the local cloud works without it. */
const serveConsoleOf = Effect.fnUntraced(function* ({ cloud }: LocalStack, port: number) {
  const services = yield* Layer.build(servicesOf(Layer.effect(Stack, localStack(Number(portOf(cloud.endpoint))))))
  yield* serveConsole({ port, isWritable: true }).pipe(
    Effect.provideContext(services),
    Effect.flatMap((address) => Console.log(`Console: ${address}`)),
    Effect.catchTag("CannotRun", ({ message }) => Console.error(message))
  )
})

/**
 * How to use the local cloud with the `aws` command, any SDK and the operator's commands. Each `aws` example names the
 * endpoint: versions from before July 2023 ignore AWS_ENDPOINT_URL, and would call AWS. The keys are of no use there.
 */
export const connectionHelp = ({ cloud, names, program }: LocalStack): string => {
  const variables = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.admin.secretAccessKey
  }
  const aws = `  aws --endpoint-url ${cloud.endpoint}`
  const [first] = names.functions
  return [
    `The local cloud is at ${cloud.endpoint}. To use it, in another terminal:`,
    "",
    ...Object.entries(variables).map(([name, value]) => `  export ${name}=${value}`),
    "",
    ...names.buckets.map(({ physical }) => `${aws} s3 ls --recursive s3://${physical}/`),
    ...names.tables.map(({ physical }) => `${aws} dynamodb scan --table-name ${physical}`),
    ...(first ? [`${aws} logs filter-log-events --log-group-name ${logGroupOf(program.outputs, first.logical)}`] : []),
    `${aws} lambda list-functions --query 'Functions[].FunctionName'`,
    `  npm run etl -- status --local --port ${portOf(cloud.endpoint)}`,
    "",
    "Functions:",
    ...names.functions.map(({ logical, physical }) => `  ${logical.padEnd(23)} ${physical}`),
    "",
    "Queues:",
    ...names.queues.map(({ logical, url }) => `  ${logical.padEnd(23)} ${url}`),
    "",
    "Press Ctrl-C to stop the local cloud."
  ].join("\n")
}

const logGroupOf = ({ logGroups }: LocalStack["program"]["outputs"], name: string): string => {
  const group: unknown = Object(logGroups)[name]
  return typeof group === "string" ? group : `/aws/lambda/${name}`
}

const portOf = (endpoint: string) => new URL(endpoint).port

/** One file for each port: several local clouds may be up at once. */
const connectionFile = ({ cloud }: LocalStack): string => join(projectRoot, `.local/dev-${portOf(cloud.endpoint)}.json`)

/**
 * Writes, for the operator's commands, the cloud's endpoint, its administrator's key and the program's outputs to a
 * file that only this user can read.
 */
export const writeConnectionFile = async (stack: LocalStack): Promise<void> => {
  const { endpoint, region, admin } = stack.cloud
  const { accessKeyId, secretAccessKey } = admin
  const clientSettings = { endpoint, region, credentials: { accessKeyId, secretAccessKey } }
  const file = connectionFile(stack)
  const text = `${JSON.stringify({ clientSettings, outputs: stack.program.outputs })}\n`
  try {
    await mkdir(dirname(file), { recursive: true })
    // Writing to a file that a killed cloud left would keep that file's permissions.
    await rm(file, { force: true })
    await writeFile(file, text, { mode: 0o600, flag: "wx" })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new CannotRun({ message: `The connection file for npm run etl cannot be written: ${reason}.` })
  }
}

export const removeConnectionFile = (stack: LocalStack): Promise<void> => rm(connectionFile(stack), { force: true })
