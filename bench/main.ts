import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { CannotRun } from "../cli/CommandErrors.ts"
import { runAsMain } from "../cli/runAsMain.ts"
import { runCommand } from "../cli/runCommand.ts"
import { replaceSections } from "../scripts/docSections.ts"
import { root } from "./bundles.ts"
import { coldStart } from "./coldStart.ts"
import { cost } from "./cost.ts"
import { localCommands, suites } from "./localCommands.ts"
import { performanceSections } from "./performancePage.ts"
import { measureAndSave, type Question, questions, readResults, replaceFile } from "./results.ts"
import { warmInvocation } from "./warmInvocation.ts"
import { scale, wholeRun } from "./wholeRun.ts"

type Measure = (progress: (text: string) => void) => Promise<unknown>

const measures: Readonly<Record<Question, Measure>> = {
  ...{ coldStart, warmInvocation, wholeRun, localCommands, suites, scale },
  cost: () => cost(readResults())
}

/** Those that take longer than the others together run only by name. */
const byNameOnly: ReadonlyArray<Question> = ["suites", "scale"]

const page = join(root, "docs/performance.md")

export const benchCommand = Command.make(
  "npm run bench --",
  {
    names: Argument.Literals("question", questions).pipe(
      Argument.withDescription("Default: all but suites and scale"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function* ({ names }) {
    const chosen = names.length > 0 ? names : questions.filter((question) => !byNameOnly.includes(question))
    for (const question of chosen) {
      yield* Console.log(`${question} …`)
      const progress = (text: string) => process.stdout.write(`  ${text}\n`)
      yield* Effect.tryPromise({
        try: async () => {
          await measureAndSave(question, () => measures[question](progress))
          replaceFile(page, replaceSections(await readFile(page, "utf8"), performanceSections(readResults())))
        },
        catch: (cause) =>
          new CannotRun({
            message: `${question} was not measured: ${cause instanceof Error ? cause.message : String(cause)}`
          })
      })
    }
    yield* Console.log("The results are in bench/results, the page is docs/performance.md.")
  })
).pipe(
  Command.withDescription(
    "Measures cold starts, warm invocations, whole runs, npm start and their cost, each beside a baseline, and writes docs/performance.md."
  ),
  Command.withExamples([
    { command: "npm run bench", description: "All but suites and scale, five minutes on two quiet processors" },
    { command: "npm run bench -- coldStart cost", description: "Two of them" },
    { command: "npm run bench -- suites scale", description: "npm test by suite, and 25,000 movies: fifteen minutes" }
  ])
)

if (import.meta.main) runAsMain(runCommand(benchCommand))
