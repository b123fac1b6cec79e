import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"

const inOneLine = ({ message }: { readonly message: string }): string =>
  message
    .replace("Schema validation failed: ", "")
    .replace("Expected: Expected ", "Expected: ")
    .replace(/\s+/g, " ")
    .replace(/[^.?]$/, "$&.")

/** Wrong usage is a sentence on stderr, and no page of help on a stdout that a script reads. */
const presenter = (help: string): CliOutput.Presenter => ({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(`${event.errors.map(inOneLine).join(" ")} See ${help} --help`)
      : CliOutput.defaultPresenter.present(event)
})

const say = (cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause)
  // Help was shown in its stead.
  if (CliError.isCliError(error) && error._tag === "ShowHelp") return Effect.void
  return Console.error(Cause.hasFails(cause) && error instanceof Error ? error.message : Cause.pretty(cause))
}

/**
 * Runs the arguments of an npm script such as `npm run etl --`: the exit code, 0 done and all in order, 2 done and
 * something is not, 1 could not run. For 1 and 2 there is a sentence on stderr.
 */
export const runnable =
  <Name extends string, Input, ContextInput, E, R>(
    script: string,
    command: Command.Command<Name, Input, ContextInput, E, R>
  ) =>
  (args: ReadonlyArray<string>) =>
    Command.runWith(command, { version: "0.1.0" })(args).pipe(
      Effect.as(0),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          : Effect.as(say(cause), Runtime.getErrorExitCode(Cause.squash(cause)))
      ),
      Effect.provide(
        Layer.mergeAll(
          CliOutput.layerPresenter(presenter(script)),
          CliConfig.layer({ builtIns: [GlobalFlag.Help] }),
          TerminalCapabilities.layer
        )
      )
    )

/** Runs a command on this process's arguments, with Node's services; what it comes to is the process's exit code. */
export const runAsMain = <E>(
  command: (args: ReadonlyArray<string>) => Effect.Effect<number, E, NodeServices.NodeServices>
): void =>
  command(process.argv.slice(2)).pipe(
    Effect.tap((code) =>
      Effect.sync(() => {
        process.exitCode = code
      })
    ),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
