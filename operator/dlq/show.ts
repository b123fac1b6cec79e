import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { printResult } from "../../cli/output.ts"
import { type Column, formatTable } from "../../cli/table.ts"
import { etl, onStack } from "../etl.ts"
import { Stack } from "../stack/Stack.ts"
import { chosen, queue } from "./chosen.ts"
import type { DeadLetter } from "./DeadLetter.ts"
import { lookAt } from "./lookAt.ts"

const columns: ReadonlyArray<Column<DeadLetter>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Sent", cell: ({ sentAt }) => sentAt.replace(/\.\d+Z$/, "Z") },
  { head: "Run", cell: ({ runDate }) => runDate },
  { head: "About", breaks: true, cell: ({ about }) => about },
  { head: "Cause", breaks: true, cell: ({ cause }) => cause }
]

const page = (messages: ReadonlyArray<DeadLetter>, unseen: number) => (width: number) =>
  [
    messages.length === 0 ? "Nothing to be seen." : formatTable(columns, messages, width),
    ...(unseen === 0
      ? []
      : [
          `${unseen} more cannot be seen now: under way, or behind others of their run in the FIFO queue of the exports.`
        ])
  ].join("\n")

export const show = Command.make(
  "show",
  { queue },
  Effect.fnUntraced(function* ({ queue }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const looks = yield* Effect.forEach(yield* chosen(queue), lookAt, { concurrency: "unbounded" })
    const messages = looks.flatMap(({ letters }) => letters)
    const unseen = looks.reduce((sum, look) => sum + look.unseen, 0)
    yield* printResult(json, { stack, messages, unseen }, page(messages, unseen))
  }, onStack)
).pipe(
  Command.withDescription(
    "Each message with its cause. A look hides the messages for a moment and counts as a receive of them; they stay"
  )
)
