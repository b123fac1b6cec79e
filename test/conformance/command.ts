import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { CannotRun } from "../../operator/CannotRun.ts"
import { deployedStack } from "../../operator/stack/deployedStack.ts"
import { Unfinished } from "../../operator/Unfinished.ts"
import { say } from "../../operator/view/say.ts"
import { conformance, isAsListed } from "./conformance.ts"
import { documentOf, pageOf } from "./page.ts"
import { awsStage, localCloudStage, modelStage } from "./stages.ts"
import { subjects } from "./subjects.ts"

/** The sites that are asked for, up; a stack that is not there is said before anything is made. */
const stagesFor = Effect.fnUntraced(function* (stack: Option.Option<string>) {
  const deployed = yield* Effect.transposeOption(Option.map(stack, deployedStack))
  const local = yield* localCloudStage
  const onAws = yield* Effect.transposeOption(Option.map(deployed, ({ site }) => awsStage(site)))
  return [modelStage, local, ...Option.toArray(onAws)]
})

const script = Command.make(
  "conformance",
  {
    subject: Argument.Literals(
      "SUBJECT",
      subjects.map(({ name }) => name)
    ).pipe(Argument.withDescription("One of them alone; all of them if left out"), Argument.optional),
    stack: Flag.String("stack").pipe(
      Flag.withDescription("Also on the AWS account and in the region of this deployed stack, which is not touched"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("One JSON document on stdout, for scripts"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ subject, stack, json }) {
    const stages = yield* stagesFor(stack).pipe(
      Effect.catchTag("ScratchUnusable", ({ message }) => new CannotRun({ sentence: `It cannot begin: ${message}` }))
    )
    const chosen = subjects.filter(({ name }) => Option.getOrElse(subject, () => name) === name)
    const rows = yield* conformance(stages, chosen)
    const sites = stages.map(({ name }) => name)
    yield* say(json, documentOf(rows, sites), pageOf(rows, sites))
    const wrong = rows.filter((row) => !isAsListed(row)).length
    if (wrong > 0)
      return yield* new Unfinished({ sentence: `${wrong} of ${rows.length} behaviours are not as listed.` })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Whether the model and the local cloud, and AWS itself, behave as the pipeline relies on"),
  Command.withExamples([
    { command: "npm run conformance", description: "The model and the local cloud" },
    {
      command: "npm run conformance -- --stack dev",
      description: "AWS as well, on resources that are made and removed"
    },
    { command: "npm run conformance -- fifo", description: "FIFO queues alone" }
  ])
)

/** Wrong usage is a sentence on stderr, and no page of help on a stdout that a script reads. */
const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(
          `${event.errors.map(({ message }) => message.replace(/\s+/g, " ").replace(/[^.?]$/, "$&.")).join(" ")} See npm run conformance -- --help`
        )
      : CliOutput.defaultPresenter.present(event)
}

const surroundings = Layer.mergeAll(
  CliOutput.layerPresenter(presenter),
  CliConfig.layer({ builtIns: [GlobalFlag.Help] }),
  TerminalCapabilities.layer
)

const complain = (cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause)
  // Help was shown in its stead.
  if (CliError.isCliError(error) && error._tag === "ShowHelp") return Effect.void
  return Console.error(Cause.hasFails(cause) && error instanceof Error ? error.message : Cause.pretty(cause))
}

/**
 * Runs the arguments of `npm run conformance --`: the exit code, 0 all as listed, 2 something is not, 1 could not run.
 * For 1 and 2 there is a sentence on stderr.
 */
export const command = (args: ReadonlyArray<string>) =>
  Command.runWith(script, { version: "0.1.0" })(args).pipe(
    Effect.as(0),
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.as(complain(cause), Runtime.getErrorExitCode(Cause.squash(cause)))
    ),
    Effect.provide(surroundings)
  )
