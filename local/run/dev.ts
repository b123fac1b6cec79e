import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { terminalWidth } from "../../cli/output.ts"
import { WaitForStop } from "../../cli/runAsMain.ts"
import { connectionHelp, removeConnectionFile, writeConnectionFile } from "./connection.ts"
import { formatRun } from "./formatRun.ts"
import { runOnCloud, startCloudForRun } from "./localRun.ts"
import { lineProgress } from "./progress.ts"
import { fixedPortFlag, runFlags, toRunOptions } from "./runFlags.ts"

/** The usual port of local clouds: fixed, so that a developer's settings stay valid from day to day. */
const defaultPort = 4566

/** One run; then the cloud stays up with its data until Ctrl-C, for the operator's commands, `aws` and any SDK. */
export const devCommand = Command.make(
  "npm run dev --",
  { ...runFlags, port: fixedPortFlag(defaultPort) },
  Effect.fnUntraced(function* (flags) {
    const progress = yield* lineProgress
    const cloud = yield* startCloudForRun(yield* toRunOptions(flags), progress)
    const { stack } = cloud
    yield* Effect.acquireRelease(
      Effect.promise(() => writeConnectionFile(stack)),
      () => Effect.promise(() => removeConnectionFile(stack))
    )
    const { summary, result, notInjected, writeResultsAgain } = yield* runOnCloud(cloud)
    for (const sentence of notInjected) yield* Console.log(sentence)
    yield* Console.log(`${formatRun(summary, result, yield* terminalWidth)}\n\n${connectionHelp(stack)}`)
    yield* yield* WaitForStop
    yield* Console.log("Stopping the local cloud.")
    // With what was sent to the cloud since the run.
    yield* writeResultsAgain
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Runs the pipeline once like npm start, then keeps the local cloud up until Ctrl-C and prints how to connect to it."
  ),
  Command.withExamples([
    { command: "npm run dev", description: `A local cloud at port ${defaultPort}` },
    { command: "npm run dev -- --port 5000 --top 25", description: "Another port, more movies" },
    { command: "npm run etl -- status --local", description: "In another terminal: how the run ended" }
  ])
)
