import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { printResult } from "../../cli/output.ts"
import { type Column, formatTable } from "../../cli/table.ts"
import { type Depth, Queues } from "../aws/Queues.ts"
import { etl, onStack } from "../etl.ts"
import { Stack } from "../stack/Stack.ts"
import { type DeadLetterQueue, deadLetterQueues } from "./DeadLetterQueue.ts"

interface Row extends Pick<DeadLetterQueue, "name" | "holds">, Depth {}

const columns: ReadonlyArray<Column<Row>> = [
  { head: "Queue", cell: ({ name }) => name },
  { head: "Messages", align: "right", cell: ({ visible, hidden }) => visible + hidden },
  { head: "Holds", breaks: true, cell: ({ holds }) => holds }
]

export const list = Command.make(
  "list",
  {},
  Effect.fnUntraced(function* () {
    const { json } = yield* etl
    const { outputs, name: stack } = yield* Stack
    const { attributes } = yield* Queues
    const queues = yield* Effect.forEach(
      deadLetterQueues(outputs),
      ({ name, url, holds }) =>
        Effect.map(attributes(url), ({ visible, hidden }): Row => ({ name, holds, visible, hidden })),
      { concurrency: "unbounded" }
    )
    yield* printResult(json, { stack, queues }, (width) => formatTable(columns, queues, width))
  }, onStack)
).pipe(Command.withDescription("How many messages each dead-letter queue holds"))
