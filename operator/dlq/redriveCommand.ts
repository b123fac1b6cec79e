import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { confirm, yesFlag } from "../../cli/confirm.ts"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { queueArgument } from "./DeadLetterQueue.ts"
import { editPayload, readPayload } from "./editPayload.ts"
import { editFlag, idFlag, payloadFlag } from "./flags.ts"
import { checkPayload } from "./payload.ts"
import { type RedriveResult, redrive, redriveEdited, redriveMessages } from "./redrive.ts"
import { inFlight, needsOneId, reasons, selectMessages } from "./Selection.ts"

const columns: ReadonlyArray<Column<RedriveResult>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Redriven", align: "right", cell: ({ redriven }) => redriven },
  { head: "Left", breaks: true, cell: ({ left }) => reasons(left) }
]

export const redriveCommand = Command.make(
  "redrive",
  { queue: queueArgument, ids: idFlag, edit: editFlag, payload: payloadFlag, yes: yesFlag },
  Effect.fnUntraced(function* ({ queue, ids, edit, payload, yes }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const edits = edit || Option.isSome(payload)
    if (edits && ids.length !== 1) return yield* needsOneId(edit ? "--edit" : "--payload")
    if (edit && Option.isSome(payload)) {
      return yield* new CannotRun({ message: "Choose one of --edit and --payload." })
    }
    const { selections, hidden, deadLetters } = yield* selectMessages(queue, ids)
    const [deadLetter] = deadLetters
    let edited: string | undefined
    if (deadLetter !== undefined && edits) {
      edited = Option.isSome(payload)
        ? yield* Effect.tap(readPayload(payload.value), (text) => checkPayload(deadLetter.queue, text))
        : yield* editPayload(deadLetter)
    }
    const isUnchanged = edits && edited === undefined
    const what = `${selections.map(({ text }) => text).join(", ")}${edits ? ", with the edited payload" : ""}`
    const isConfirmed =
      !isUnchanged && (selections.length === 0 || (yield* confirm(`Redrive ${what} (${stack})?`, { yes, json })))
    const queues = isConfirmed
      ? yield* Effect.forEach(selections, ({ queue, messageIds }) => {
          if (messageIds === undefined) return redrive(queue)
          return edited === undefined
            ? redriveMessages(queue, messageIds)
            : redriveEdited(queue, `${messageIds[0]}`, edited)
        })
      : []
    yield* printResult(json, { stack, queues, hidden }, (width) => {
      if (isUnchanged) return "The payload was not changed: nothing was redriven."
      if (!isConfirmed) return "Nothing was redriven."
      const result = queues.length === 0 ? "There is nothing to redrive." : formatTable(columns, queues, width)
      return [result, ...inFlight(hidden)].join("\n")
    })
    const left = queues.reduce((sum, each) => sum + each.left.length, 0)
    if (left > 0) return yield* new Incomplete({ message: `${pluralize(left, "message")} could not be redriven.` })
  }, provideStack)
).pipe(
  Command.withDescription(
    "Sends each message back to its source queue as a new message, or invokes the function again with the stored event"
  ),
  Command.withExamples([
    { command: "npm run etl -- dlq redrive movies --stack dev", description: "All messages of a queue" },
    {
      command: "npm run etl -- dlq redrive movies --id 4b3f9c1e --edit --stack dev",
      description: "One, with another payload"
    }
  ])
)
