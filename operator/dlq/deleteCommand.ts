import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { confirm, yesFlag } from "../../cli/confirm.ts"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { queueArgument } from "./DeadLetterQueue.ts"
import { type DeletionResult, deleteMessages } from "./deleteMessages.ts"
import { idFlag } from "./flags.ts"
import { inFlight, reasons, selectMessages } from "./Selection.ts"

const columns: ReadonlyArray<Column<DeletionResult>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Deleted", align: "right", cell: ({ deleted }) => deleted },
  { head: "Left", breaks: true, cell: ({ left }) => reasons(left) }
]

export const deleteCommand = Command.make(
  "delete",
  { queue: queueArgument, ids: idFlag, yes: yesFlag },
  Effect.fnUntraced(function* ({ queue, ids, yes }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    // All queues at once are never meant, and a script has no prompt.
    if (Option.isNone(queue) && ids.length === 0) {
      return yield* new CannotRun({ message: "Name a queue, or messages with --id: see dlq list and dlq show." })
    }
    const { selections, hidden } = yield* selectMessages(queue, ids)
    const question = `Delete ${selections.map(({ text }) => text).join(", ")} (${stack})? They cannot be restored.`
    const isConfirmed = selections.length === 0 || (yield* confirm(question, { yes, json }))
    const queues = isConfirmed
      ? yield* Effect.forEach(selections, ({ queue, messageIds }) => deleteMessages(queue, messageIds))
      : []
    yield* printResult(json, { stack, queues, hidden }, (width) => {
      if (!isConfirmed) return "Nothing was deleted."
      const result = queues.length === 0 ? "There is nothing to delete." : formatTable(columns, queues, width)
      return [result, ...inFlight(hidden)].join("\n")
    })
    const left = queues.reduce((sum, each) => sum + each.left.length, 0)
    if (left > 0) return yield* new Incomplete({ message: `${pluralize(left, "message")} could not be deleted.` })
  }, provideStack)
).pipe(
  Command.withDescription("Deletes the messages of a dead-letter queue, or those with --id"),
  Command.withExamples([
    { command: "npm run etl -- dlq delete movies --id 4b3f9c1e --stack dev", description: "One message" },
    {
      command: "npm run etl -- dlq delete loads --local --yes",
      description: "All messages of a queue, without a prompt"
    }
  ])
)
