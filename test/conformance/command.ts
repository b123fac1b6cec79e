import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { jsonFlag, printResult } from "../../cli/output.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { deployedStack } from "../../operator/stack/deployedStack.ts"
import { awsStage, localCloudStage, modelStage } from "./ConformanceTarget.ts"
import { conformance, isAsListed } from "./conformance.ts"
import { documentOf, pageOf } from "./page.ts"
import { subjects } from "./subjects.ts"

/** The sites that are asked for, up; a stack that is not there is said before anything is made. */
const stagesFor = Effect.fnUntraced(function* (stack: Option.Option<string>) {
  const deployed = yield* Effect.transposeOption(Option.map(stack, deployedStack))
  const local = yield* localCloudStage
  const onAws = yield* Effect.transposeOption(Option.map(deployed, ({ clientSettings: site }) => awsStage(site)))
  return [modelStage, local, ...Option.toArray(onAws)]
})

const script = Command.make(
  "npm run conformance --",
  {
    subject: Argument.Literals(
      "SUBJECT",
      subjects.map(({ name }) => name)
    ).pipe(Argument.withDescription("One of them alone; all of them if left out"), Argument.optional),
    stack: Flag.String("stack").pipe(
      Flag.withDescription("Also on the AWS account and in the region of this deployed stack, which is not touched"),
      Flag.optional
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ subject, stack, json }) {
    const stages = yield* stagesFor(stack).pipe(
      Effect.catchTag("ScratchUnusable", ({ message }) => new CannotRun({ message: `It cannot begin: ${message}` }))
    )
    const chosen = subjects.filter(({ name }) => Option.getOrElse(subject, () => name) === name)
    const rows = yield* conformance(stages, chosen)
    const sites = stages.map(({ name }) => name)
    yield* printResult(json, documentOf(rows, sites), pageOf(rows, sites))
    const wrong = rows.filter((row) => !isAsListed(row)).length
    if (wrong > 0) return yield* new Incomplete({ message: `Not as listed: ${wrong} of ${rows.length} behaviours.` })
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

export const command = runCommand(script)
