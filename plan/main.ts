import { fileURLToPath } from "node:url"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { CannotRun } from "../cli/CommandErrors.ts"
import { jsonFlag } from "../cli/output.ts"
import { abortable, runAsMain } from "../cli/runAsMain.ts"
import { runCommand } from "../cli/runCommand.ts"
import { visibleJson } from "../cli/visible.ts"
import { computePlan, type PlanResult } from "./computePlan.ts"
import { asMarkdown, asText } from "./page/Page.ts"
import { changePage, planPage, planSections } from "./page/pages.ts"

const StackName = Schema.String.check(
  Schema.isPattern(/^[\w.-]+$/, { expected: "a stack's name, such as dev or prod" })
)
const Revision = Schema.String.check(Schema.isNonEmpty({ expected: "a revision, such as main" }))

const flags = {
  stack: Flag.String("stack").pipe(
    Flag.withDescription("The stack whose settings are used: dev, prod, or another with a Pulumi.NAME.yaml"),
    Flag.withSchema(StackName),
    Flag.withDefault("dev")
  ),
  base: Flag.String("base").pipe(
    Flag.withDescription("Show what this checkout adds, removes and changes since a revision, such as main"),
    Flag.withSchema(Revision),
    Flag.optional
  ),
  json: jsonFlag,
  markdown: Flag.Boolean("markdown").pipe(
    Flag.withDescription("Markdown for a comment on a pull request"),
    Flag.withDefault(false)
  )
}

/** `npm run plan` for the repository in the folder `root`. */
export const plan = (root: string) =>
  Command.make("npm run plan --", flags, ({ stack, base, json, markdown }) =>
    Effect.gen(function* () {
      if (json && markdown) {
        return yield* new CannotRun({ message: "Choose one output format: --json or --markdown." })
      }
      const revision = Option.getOrUndefined(base)
      const result = yield* abortable((signal) => computePlan({ root, stack, revision, signal }))
      yield* Console.log(render(result, json ? "json" : markdown ? "markdown" : "text"))
    })
  ).pipe(
    Command.withDescription(
      "The stack's resources, permissions and monthly cost, computed offline without credentials"
    ),
    Command.withExamples([
      { command: "npm run plan", description: "The stack dev" },
      { command: "npm run plan -- --base main", description: "What this branch changes" },
      { command: "npm run plan -- --stack prod --json", description: "For a script" }
    ])
  )

export const planCommand = (root: string) => runCommand(plan(root))

/** The result as it is printed. */
export const render = (result: PlanResult, format: "text" | "json" | "markdown"): string => {
  const { plan, base } = result
  if (format === "json") return visibleJson(result, 2)
  const page = base === undefined ? planPage(plan) : changePage(base.change, plan, base.name, base.notes)
  if (format === "text") return asText(page)
  const whole = base === undefined ? [] : planSections(plan).map((section) => ({ ...section, isFolded: true }))
  return asMarkdown({ ...page, sections: [...page.sections, ...whole] }, `${plan.project} plan of ${plan.stack}`)
}

if (import.meta.main) runAsMain(planCommand(fileURLToPath(new URL("..", import.meta.url))))
