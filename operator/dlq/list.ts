import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, formatTable, printResult } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { countDeadLetters, type DeadLetterCounts } from "./DeadLetterCounts.ts"
import { queueArgument } from "./DeadLetterQueue.ts"

const columns: ReadonlyArray<Column<DeadLetterCounts>> = [
  { head: "Queue", cell: ({ name }) => name },
  { head: "Dead letters", align: "right", cell: ({ visible, hidden }) => visible + hidden },
  { head: "Hold", breaks: true, cell: ({ holds }) => holds },
  { head: "Still queued", align: "right", cell: ({ source }) => source && source.visible + source.hidden }
]

export const list = Command.make(
  "list",
  { queue: queueArgument },
  Effect.fnUntraced(function* ({ queue }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const counts = yield* withSpinner("Counting the messages")(countDeadLetters)
    const queues = counts.filter(({ name }) => Option.getOrElse(queue, () => name) === name)
    yield* printResult(json, { stack, queues }, (width) => formatTable(columns, queues, width))
  }, provideStack)
).pipe(
  Command.withDescription(
    "Number of messages in each dead-letter queue, and in the queue that its function still receives from"
  ),
  Command.withExamples([{ command: "npm run etl -- dlq list --stack dev", description: "All queues of a stack" }])
)
