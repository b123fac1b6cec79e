import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Stream from "effect/Stream"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import { etl } from "../etl.ts"

/** Runs pulumi and shows its output on stderr, because stdout is for the result. */
const pulumi = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
  const failed = (how: string) => new CannotRun({ message: `pulumi ${args.join(" ")} ${how}` })
  const spawner = yield* ChildProcessSpawner
  const code = yield* Effect.gen(function* () {
    const { all, exitCode } = yield* spawner.spawn(ChildProcess.make("pulumi", args, { stdin: "inherit" }))
    yield* Stream.runForEach(Stream.splitLines(Stream.decodeText(all)), (line) => Console.error(line))
    return yield* exitCode
  }).pipe(
    Effect.scoped,
    Effect.mapError(({ message }) => failed(`cannot run: ${message}`))
  )
  if (code !== 0) return yield* failed(`ended with exit code ${code}: see its output above, then try again.`)
})

/** The schedule's URN as a pattern. */
export const scheduleTarget = "**scheduler/schedule:Schedule::daily"

/**
 * Changes the stack's setting and deploys the schedule alone. With the API of EventBridge Scheduler instead, the next
 * deployment that changes the schedule would undo it unnoticed.
 */
const makeCommand = (name: "pause" | "resume", schedulePaused: boolean, description: string) =>
  Command.make(
    name,
    {},
    Effect.fnUntraced(function* () {
      const { json, local, stack } = yield* etl
      if (local || Option.isNone(stack)) {
        return yield* new CannotRun({
          message: "Name a deployed stack with --stack NAME: the schedule of the local cloud starts no runs by itself."
        })
      }
      yield* pulumi("config", "set", "schedulePaused", `${schedulePaused}`, "--stack", stack.value)
      yield* pulumi("up", "--yes", "--skip-preview", "--stack", stack.value, "--target", scheduleTarget)
      yield* printResult(json, { stack: `stack ${stack.value}`, schedulePaused }, () =>
        [
          `The schedule of stack ${stack.value} is ${schedulePaused ? "paused" : "active"}.`,
          `Commit Pulumi.${stack.value}.yaml: a deployment without this change would ${schedulePaused ? "resume" : "pause"} it.`
        ].join("\n")
      )
    })
  ).pipe(
    Command.withDescription(description),
    Command.withExamples([
      { command: `npm run etl -- ${name} --stack prod`, description: "And commit Pulumi.prod.yaml" }
    ])
  )

export const pause = makeCommand(
  "pause",
  true,
  "Pause the daily schedule of a deployed stack, also for later deployments"
)
export const resume = makeCommand("resume", false, "Resume the daily schedule of a deployed stack")
