import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { type Column, formatTable, jsonFlag, printResult } from "../../cli/output.ts"
import { runAsMain } from "../../cli/runAsMain.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { deployedStack } from "../../operator/Stack.ts"
import type { TargetName } from "./ConformanceTarget.ts"
import { conformance, isAsListed, type Row, subjects } from "./conformance.ts"
import { startAwsTarget } from "./targets/awsTarget.ts"
import { startLocalCloudTarget } from "./targets/localCloudTarget.ts"
import { modelTarget } from "./targets/modelTarget.ts"

/** Reads the stack first: a missing stack must fail before anything is created. */
const startTargets = Effect.fnUntraced(function* (stack: Option.Option<string>) {
  const deployed = yield* Effect.transposeOption(Option.map(stack, deployedStack))
  const local = yield* startLocalCloudTarget
  const aws = yield* Effect.transposeOption(
    Option.map(deployed, ({ clientSettings }) => startAwsTarget(clientSettings))
  )
  return [modelTarget, local, ...Option.toArray(aws)]
})

/** A table of the behaviours by target, then the reason for each that differs or fails, then the counts. */
const formatRows = (rows: ReadonlyArray<Row>, targets: ReadonlyArray<TargetName>) => (width: number) => {
  const columns: ReadonlyArray<Column<Row>> = [
    { head: "Subject", cell: ({ subject }) => subject },
    { head: "Behaviour", breaks: true, cell: ({ title }) => title },
    ...targets.map((head): Column<Row> => ({ head, cell: ({ outcomes }) => outcomes[head]?.state }))
  ]
  const reasons = rows.flatMap(({ title, outcomes }) =>
    targets.flatMap((target) => {
      const outcome = outcomes[target]
      if (outcome === undefined || outcome.state === "holds") return []
      return [`${title}: ${outcome.state} (${target})`, `  ${outcome.reason}`]
    })
  )
  const counts = targets.map((target) => {
    const holding = rows.filter(({ outcomes }) => outcomes[target]?.state === "holds")
    return `${target}: ${holding.length} of ${rows.length} hold`
  })
  return [formatTable(columns, rows, width), ...reasons, `${counts.join(", ")}.`].join("\n")
}

export const conformanceCommand = Command.make(
  "npm run conformance --",
  {
    subject: Argument.Literals(
      "SUBJECT",
      subjects.map(({ name }) => name)
    ).pipe(Argument.withDescription("One subject; default: all"), Argument.optional),
    stack: Flag.String("stack").pipe(
      Flag.withDescription(
        "Also test AWS, in the account and region of this deployed stack; its resources are not used"
      ),
      Flag.optional
    ),
    json: jsonFlag
  },
  Effect.fnUntraced(function* ({ subject, stack, json }) {
    const targets = yield* startTargets(stack)
    const selected = subjects.filter(({ name }) => Option.getOrElse(subject, () => name) === name)
    const rows = yield* conformance(targets, selected)
    const names = targets.map(({ name }) => name)
    const document = { asListed: rows.every(isAsListed), targets: names, behaviours: rows }
    yield* printResult(json, document, formatRows(rows, names))
    const unlisted = rows.filter((row) => !isAsListed(row)).length
    if (unlisted > 0) {
      return yield* new Incomplete({ message: `Not as listed: ${unlisted} of ${rows.length} behaviours.` })
    }
  }, Effect.scoped)
).pipe(
  Command.withDescription("Tests that the in-memory model, the local cloud and AWS behave as the pipeline relies on"),
  Command.withExamples([
    { command: "npm run conformance", description: "The model and the local cloud" },
    { command: "npm run conformance -- s3 --stack dev", description: "One subject, also on AWS" }
  ])
)

export const command = runCommand(conformanceCommand)

if (import.meta.main) runAsMain(command)
