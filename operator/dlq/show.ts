import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { withSpinner } from "../../cli/spinner.ts"
import { visible, visibleLines } from "../../cli/visible.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { type DeadLetter, readDeadLetters } from "./DeadLetter.ts"
import { queueArgument, selectQueues } from "./DeadLetterQueue.ts"
import { findDeadLetters } from "./findDeadLetters.ts"
import { idFlag } from "./flags.ts"
import { formatPayload } from "./payload.ts"

/** As a table shows an id, and long enough for --id. */
export const shortId = (messageId: string): string => messageId.slice(0, 8)

const columns: ReadonlyArray<Column<DeadLetter>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Id", cell: ({ messageId }) => shortId(messageId) },
  { head: "Sent", cell: ({ sentAt }) => sentAt.replace(/\.\d+Z$/, "Z") },
  { head: "Run", cell: ({ runDate }) => runDate },
  { head: "About", breaks: true, cell: ({ about }) => about },
  { head: "Cause", breaks: true, cell: ({ cause }) => cause }
]

const formatMessage = ({ queue, messageId, sentAt, runDate, about, cause, payload }: DeadLetter): string =>
  [
    `${messageId} in ${queue}, sent ${sentAt}${runDate === undefined ? "" : `, run ${runDate}`}`,
    `About: ${visible(about)}`,
    `Cause: ${visible(cause)}`,
    visibleLines(formatPayload(payload).trimEnd())
  ].join("\n")

const formatMessages = (queues: string, messages: ReadonlyArray<DeadLetter>, unseen: number) => (width: number) =>
  [
    ...(messages.length > 0 ? [formatTable(columns, messages, width)] : []),
    ...(unseen > 0 ? [`${pluralize(unseen, "more message")} in flight, or behind another message of its run.`] : []),
    ...(messages.length + unseen === 0 ? [`${queues} empty.`] : [])
  ].join("\n")

export const show = Command.make(
  "show",
  { queue: queueArgument, ids: idFlag },
  Effect.fnUntraced(function* ({ queue, ids }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const selected = yield* selectQueues(queue)
    if (ids.length > 0) {
      const messages = (yield* findDeadLetters(selected, ids)).flatMap(({ deadLetters }) => deadLetters)
      return yield* printResult(json, { stack, messages }, () => messages.map(formatMessage).join("\n\n"))
    }
    const contents = yield* withSpinner("Reading the dead letters")(
      Effect.forEach(selected, readDeadLetters, { concurrency: "unbounded" })
    )
    const messages = contents.flatMap(({ deadLetters }) => deadLetters)
    const unseen = contents.reduce((sum, each) => sum + each.unseen, 0)
    const queues = Option.match(queue, {
      onNone: () => "All dead-letter queues are",
      onSome: (name) => `The dead-letter queue ${name} is`
    })
    yield* printResult(json, { stack, messages, unseen }, formatMessages(queues, messages, unseen))
  }, provideStack)
).pipe(
  Command.withDescription(
    "Each message with its cause; with --id or --json, its payload too. Reading a message hides it for a moment and raises its receive count; it stays in the queue"
  ),
  Command.withExamples([
    { command: "npm run etl -- dlq show --stack dev", description: "Every dead letter of a stack" },
    { command: "npm run etl -- dlq show movies --id 4b3f9c1e --local", description: "One, with its payload" }
  ])
)
