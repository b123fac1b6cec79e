import { readdir } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { AwsClientSettings } from "../../services/AwsClient.ts"
import { S3 } from "../../services/S3.ts"
import { Account } from "../aws/Account.ts"
import { etl, selectedStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { checkConcurrency } from "./account.ts"
import { checkAlarms, checkSubscriptions } from "./alarms.ts"
import { type Finding, findingsOf } from "./Finding.ts"
import { checkClock, checkNode, checkPulumi } from "./machine.ts"
import { checkOmdbKey, checkOmdbQuota } from "./omdb.ts"
import { checkSchedule } from "./schedule.ts"
import { checkSource } from "./source.ts"
import { checkStackFile } from "./stackFile.ts"
import { checkTriggers } from "./triggers.ts"

/** The names of the stacks that have a file in this checkout. */
const stackFiles = Effect.promise(async () => {
  const files = await readdir(fileURLToPath(new URL("../..", import.meta.url)))
  return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort()
})

/** Of the machine and the checkout: needs neither credentials nor a stack. */
const offlineChecks = Effect.fnUntraced(function* (stacks: ReadonlyArray<string>, isDeployed: boolean) {
  return [
    checkNode(process.versions.node),
    yield* checkPulumi(isDeployed),
    ...(yield* Effect.forEach(stacks, (stack) => checkStackFile(stack)))
  ]
})

/** Of a stack and its account. `name` is undefined for the local cloud. */
export const stackChecks = Effect.fnUntraced(function* (name: string | undefined) {
  const { clientSettings } = yield* Stack
  const isLocal = name === undefined
  const region = clientSettings.region ?? "us-east-1"
  const checks = [
    isLocal
      ? Effect.succeed(findingsOf("Clock").skipped("the local cloud has this machine's"))
      : checkClock(`https://sts.${region}.amazonaws.com/`),
    checkOmdbKey,
    checkOmdbQuota(name),
    checkSource,
    checkConcurrency,
    checkSchedule(isLocal),
    checkTriggers(isLocal),
    checkAlarms(isLocal),
    checkSubscriptions("alarmTopic", isLocal),
    checkSubscriptions("datasetTopic", isLocal)
  ]
  return yield* Effect.all(checks, { concurrency: "unbounded" })
})

const clients = Layer.mergeAll(S3.layer, Account.layer)

const selectedStackChecks = Effect.fnUntraced(function* (name: string | undefined) {
  const stack = yield* selectedStack
  return yield* stackChecks(name).pipe(
    withSpinner("Checking the stack"),
    Effect.provide(clients),
    Effect.provideService(AwsClientSettings, stack.clientSettings),
    Effect.provideService(Stack, stack)
  )
}, Effect.provide(FetchHttpClient.layer))

const columns: ReadonlyArray<Column<Finding>> = [
  { head: "Check", cell: ({ check }) => check },
  { head: "State", cell: ({ state }) => state },
  { head: "Found", breaks: true, cell: ({ detail }) => detail },
  { head: "Do", breaks: true, cell: ({ remedy }) => remedy }
]

export const doctor = Command.make(
  "doctor",
  {},
  Effect.fnUntraced(function* () {
    const { json, local, stack } = yield* etl
    const name = Option.getOrUndefined(stack)
    const isOffline = !local && name === undefined
    const files = isOffline ? yield* stackFiles : [name?.split("/").at(-1) ?? "dev"]
    const offline = yield* offlineChecks(files, name !== undefined)
    const chosen = findingsOf("Stack")
    const online = isOffline
      ? [chosen.skipped("choose a target to check one: --local (npm run dev) or --stack NAME")]
      : yield* selectedStackChecks(name).pipe(
          Effect.catchTag("CannotRun", ({ message }) =>
            Effect.succeed([chosen.failed(message, "Then run doctor again.")])
          )
        )
    const findings = [...offline, ...online]
    yield* printResult(json, { stack: name ?? (local ? "local" : null), findings }, (width) =>
      formatTable(columns, findings, width)
    )
    const failed = findings.filter(({ state }) => state === "failed").length
    if (failed > 0) return yield* new Incomplete({ message: `${pluralize(failed, "check")} failed.` })
  })
).pipe(
  Command.withDescription(
    "Checks this machine, the stack's settings and, with --local or --stack, the stack: OMDb key (with one request), source list, schedule, triggers, alarms; each finding with its remedy"
  ),
  Command.withExamples([
    { command: "npm run etl -- doctor", description: "This machine and the settings, without credentials" },
    { command: "npm run etl -- doctor --stack dev", description: "A deployed stack too" }
  ])
)
