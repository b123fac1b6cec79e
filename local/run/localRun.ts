import { relative } from "node:path"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { abortable } from "../../cli/runAsMain.ts"
import { ProgramFailed } from "../../engine/PulumiProgram.ts"
import { injectFaults } from "../faults/injectFaults.ts"
import { readFaultSchedule } from "../faults/readFaultSchedule.ts"
import { type LocalStackOptions, startLocalStack } from "../LocalStack.ts"
import { openOutputFolder } from "./outputFolder.ts"
import type { Progress } from "./progress.ts"
import { summarizeRun } from "./RunSummary.ts"
import { restoreEarlierRuns } from "./restoreEarlierRuns.ts"
import type { RunOptions } from "./runFlags.ts"
import { recordRun, runDateFor, runPipeline } from "./runPipeline.ts"
import { readSourceList } from "./sourceList.ts"
import { writeResults } from "./writeResults.ts"

/** Starts a local cloud for one run. The cloud stops and the output folder is released when the scope closes. */
export const startCloudForRun = Effect.fn("startCloudForRun")(function* (options: RunOptions, progress: Progress) {
  clearAwsEnvironment()
  const folder = yield* Effect.acquireRelease(
    abortable(() => openOutputFolder(options.out)),
    ({ release }) => Effect.promise(release)
  )
  const { bytes: sourceList, redirectedTo } = yield* abortable((signal) => readSourceList(options.movies, signal))
  if (redirectedTo !== undefined) yield* Console.error(`--movies ${options.movies} was redirected to ${redirectedTo}.`)
  const { faults } = options
  const schedule = faults === undefined ? undefined : yield* abortable((signal) => readFaultSchedule(faults, signal))
  progress.print("Starting the local cloud and running index.ts on it …")
  const stack = yield* startStack({ sourceList, omdb: options.omdb, port: options.port, seed: options.seed })
  return { options, progress, stack, folder, schedule, recorder: recordRun(stack) }
})

const startStack = (options: LocalStackOptions) =>
  Effect.acquireRelease(
    abortable((signal) =>
      startLocalStack({ ...options, signal }).catch((cause: unknown) => {
        throw cause instanceof ProgramFailed ? new CannotRun({ message: cause.message }) : cause
      })
    ),
    ({ stop }) => Effect.promise(stop),
    { interruptible: true }
  )

/** Runs the pipeline once and writes the results. */
export const runOnCloud = Effect.fn("runOnCloud")(function* (
  cloud: Effect.Success<ReturnType<typeof startCloudForRun>>
) {
  const { options, progress, stack, folder, schedule, recorder } = cloud
  progress.print(
    `${stack.program.resources.length} resources at ${stack.cloud.endpoint} (--seed ${stack.cloud.seed}); firing the schedule …`
  )
  progress.follow(stack)
  const injection = schedule === undefined ? undefined : injectFaults(stack, schedule, progress.print)
  yield* abortable(() => restoreEarlierRuns(stack, folder.directory, runDateFor(stack, options, new Date())))
  // Not `abortable`: an interrupted run never settles.
  const { runDate, ...run } = yield* Effect.promise(() => runPipeline(stack, recorder, options))
  const write = abortable(() => writeResults(stack, recorder.logs, folder, runDate))
  const notWritten = yield* write
  const summary = yield* Effect.promise(() =>
    summarizeRun(stack, { runDate, ...run }, relative(process.cwd(), folder.directory) || ".")
  )
  const warnings = [...(injection?.notInjected() ?? []), ...notWritten]
  return { summary, result: run.result, warnings, writeResultsAgain: write }
})

/** Removes the developer's AWS settings from this process: its profile, keys and endpoint must not reach local clients. */
export const clearAwsEnvironment = (): void => {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name]
  }
  process.env["AWS_CONFIG_FILE"] = "/dev/null"
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
  process.env["AWS_EC2_METADATA_DISABLED"] = "true"
}
