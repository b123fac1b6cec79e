import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { printResult } from "../../cli/output.ts"
import { type Column, formatTable } from "../../cli/table.ts"
import { Queues } from "../aws/Queues.ts"
import { etl, onStack } from "../etl.ts"
import { Stack } from "../stack/Stack.ts"
import { chosen, queue } from "./chosen.ts"
import { type Redriven, redrive } from "./redrive.ts"

const columns: ReadonlyArray<Column<Redriven>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Redriven", align: "right", cell: ({ redriven }) => redriven },
  { head: "Left", breaks: true, cell: ({ left }) => left.map(({ why }) => why).join("\n") }
]

const page = (queues: ReadonlyArray<Redriven>, hidden: number) => (width: number) =>
  [
    queues.length === 0 ? "There is nothing to redrive." : formatTable(columns, queues, width),
    ...(hidden === 0 ? [] : [`${hidden} in other hands just now: in half a minute they can be redriven, too.`])
  ].join("\n")

/** Fails where nobody can be asked; interrupts where the answer is Ctrl-C. */
const asked = Effect.fnUntraced(function* (what: string) {
  const { json } = yield* etl
  const { canPrompt } = yield* TerminalCapabilities
  if (json || !canPrompt) {
    return yield* new CannotRun({ message: `${what} Nobody can be asked here: say --yes if it shall be done.` })
  }
  return yield* Prompt.Confirm({ message: what })
})

export const redriveCommand = Command.make(
  "redrive",
  {
    queue,
    yes: Flag.Boolean("yes").pipe(
      Flag.withAlias("y"),
      Flag.withDescription("Do it without asking"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ queue, yes }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const { attributes } = yield* Queues
    const depths = yield* Effect.forEach(yield* chosen(queue), (each) =>
      Effect.map(attributes(each.url), ({ visible, hidden }) => ({ each, visible, hidden }))
    )
    const filled = depths.filter(({ visible }) => visible > 0)
    const what = filled.map(({ each, visible }) => `${visible} of ${each.name}`).join(", ")
    const agreed = filled.length === 0 || yes || (yield* asked(`Redrive ${what} (${stack})?`))
    const queues = agreed ? yield* Effect.forEach(filled, ({ each }) => redrive(each)) : []
    const hidden = depths.reduce((sum, each) => sum + each.hidden, 0)
    yield* printResult(json, { stack, queues, hidden }, agreed ? page(queues, hidden) : () => "Nothing was done.")
    const left = queues.reduce((sum, each) => sum + each.left.length, 0)
    if (left > 0) return yield* new Incomplete({ message: `${left} could not be redriven.` })
  }, onStack)
).pipe(
  Command.withDescription(
    "Gives each message another chance: back on its queue as a new message, or the event to its function again"
  ),
  Command.withExamples([
    { command: "npm run etl -- dlq redrive --stack dev", description: "All dead letters, after a question" },
    { command: "npm run etl -- dlq redrive movies --local --yes", description: "The movies' only, with no question" }
  ])
)
