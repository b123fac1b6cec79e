import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"
import { mapOutput, markStyles, withVisibleOutput } from "./visible.ts"

/**
 * The parsed command as a function of its arguments that returns the exit code: 0 success, 1 could not run (CannotRun,
 * wrong usage, a defect), 2 Incomplete. For 1 and 2 one sentence goes to stderr; a defect shows its stack. Interruption
 * stays interruption, which `runAsMain` turns into 130. `--help` and a command with subcommands only print help.
 *
 * Name the command as it is typed, `Command.make("npm start --", flags, handler)`: help and usage errors show the name.
 */
export const runCommand =
  <Name extends string, Input, ContextInput, E, R>(command: Command.Command<Name, Input, ContextInput, E, R>) =>
  (args: ReadonlyArray<string>) =>
    Command.runWith(
      Command.withGlobalFlags(command, [noColor, completions]),
      project
    )(args).pipe(
      Effect.as(0),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          : Effect.as(reportFailure(cause), Runtime.getErrorExitCode(Cause.squash(cause)))
      ),
      withVisibleOutput,
      Effect.provide(
        Layer.mergeAll(
          CliOutput.layerPresenter(presenter(command.name)),
          CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
          args.includes("--no-color") ? withoutColor : TerminalCapabilities.layer,
          Logger.layer([Logger.withConsoleError(logLine)])
        )
      )
    )

/** Declared for help and completion; what is printed before the arguments are parsed follows it too. */
const noColor = GlobalFlag.Setting("no-color")({
  flag: Flag.Boolean("no-color").pipe(
    Flag.withDescription("No colors; also with NO_COLOR=1, and where stdout is no terminal"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
})

const withoutColor = Layer.effect(
  TerminalCapabilities.TerminalCapabilities,
  Effect.map(TerminalCapabilities.TerminalCapabilities, (detected) => ({ ...detected, canColor: false }))
).pipe(Layer.provide(TerminalCapabilities.layer))

/** For a shell function or alias with the name of the script: `etl` for `npm run etl --`. */
const completions = GlobalFlag.Action({
  flag: Flag.Literals("completions", ["bash", "zsh", "fish"]).pipe(
    Flag.withDescription("Print the completion script of a shell, for a function with the name of this npm script")
  ),
  run: (shell, { command }) => {
    const name = command.name.replace(/^npm (?:run )?(\S+).*$/, "$1")
    return Console.log(Completions.generate(name, shell, { ...Completions.fromCommand(command), name }))
  }
})

/** As in package.json. */
const project = { name: "imdb-serverless-etl", version: "0.1.0" }

/** What a service logs goes to stderr: stdout is for the result. */
const logLine = Logger.make((entry) =>
  Arr.ensure(entry.message)
    .map((part) => (part instanceof Error ? part.message : String(part)))
    .join(": ")
)

const reportFailure = (cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause)
  // The presenter has already printed the help page or the usage errors.
  if (CliError.isCliError(error) && error._tag === "ShowHelp") return Effect.void
  return Console.error(Cause.hasFails(cause) && error instanceof Error ? error.message : Cause.pretty(cause))
}

/** Prints usage errors as one line on stderr: the default prints the help page on stdout, which a script may read. */
/** `npm run etl -- dlq list --help` for the path `npm run etl --`, `dlq`, `list`. */
const helpOf = (name: string, [, ...subcommands]: ReadonlyArray<string>): string =>
  [name, ...subcommands, "--help"].join(" ")

const presenter = (name: string): CliOutput.Presenter => ({
  present: (event) => {
    switch (event._tag) {
      case "InvalidInvocation":
        return Console.error(
          `${event.errors.map(usageError).join(" ")} Run ${helpOf(name, event.commandPath)} for the options.`
        )
      case "Version":
        return Console.log(`${project.name} ${event.version}`)
      default:
        return mapOutput(CliOutput.defaultPresenter.present(event), { log: markStyles, error: markStyles })
    }
  }
})

const usageError = (error: CliError.NonShowHelpErrors): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `Unknown option ${error.option}.${didYouMean(error.suggestions)}`
    case "UnknownSubcommand":
      return `Unknown command "${error.subcommand}".${didYouMean(error.suggestions)}`
    default:
      return error.message
        .replace("Schema validation failed: ", "")
        .replace("Expected: Expected ", "Expected: ")
        .replace(/\s+/g, " ")
        .replace(/[^.?]$/, "$&.")
  }
}

const didYouMean = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : ` Did you mean ${suggestions.join(" or ")}?`
