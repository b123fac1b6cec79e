import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Incomplete } from "../../cli/CommandErrors.ts"
import { confirm, yesFlag } from "../../cli/confirm.ts"
import { type Column, formatTable, pluralize, printResult } from "../../cli/output.ts"
import { type QueueDepth, Queues } from "../aws/Queues.ts"
import { etl, provideStack } from "../etl.ts"
import { Stack } from "../Stack.ts"
import { type DeadLetter, readDeadLetters } from "./DeadLetter.ts"
import { type DeadLetterQueue, deadLetterQueues, queueArgument, selectQueues } from "./DeadLetterQueue.ts"
import { type RedriveResult, redrive } from "./redrive.ts"

interface QueueRow extends Pick<DeadLetterQueue, "name" | "holds">, QueueDepth {}

const queueColumns: ReadonlyArray<Column<QueueRow>> = [
  { head: "Queue", cell: ({ name }) => name },
  { head: "Messages", align: "right", cell: ({ visible, hidden }) => visible + hidden },
  { head: "Holds", breaks: true, cell: ({ holds }) => holds }
]

const list = Command.make(
  "list",
  {},
  Effect.fnUntraced(function* () {
    const { json } = yield* etl
    const { outputs, name: stack } = yield* Stack
    const { attributes } = yield* Queues
    const queues = yield* Effect.forEach(
      deadLetterQueues(outputs),
      ({ name, url, holds }) =>
        Effect.map(attributes(url), ({ visible, hidden }): QueueRow => ({ name, holds, visible, hidden })),
      { concurrency: "unbounded" }
    )
    yield* printResult(json, { stack, queues }, (width) => formatTable(queueColumns, queues, width))
  }, provideStack)
).pipe(Command.withDescription("Number of messages in each dead-letter queue"))

const messageColumns: ReadonlyArray<Column<DeadLetter>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Sent", cell: ({ sentAt }) => sentAt.replace(/\.\d+Z$/, "Z") },
  { head: "Run", cell: ({ runDate }) => runDate },
  { head: "About", breaks: true, cell: ({ about }) => about },
  { head: "Cause", breaks: true, cell: ({ cause }) => cause }
]

const formatMessages = (queues: string, messages: ReadonlyArray<DeadLetter>, unseen: number) => (width: number) =>
  [
    ...(messages.length > 0 ? [formatTable(messageColumns, messages, width)] : []),
    ...(unseen > 0 ? [`${pluralize(unseen, "more message")} in flight, or behind another message of its run.`] : []),
    ...(messages.length + unseen === 0 ? [`${queues} empty.`] : [])
  ].join("\n")

const show = Command.make(
  "show",
  { queue: queueArgument },
  Effect.fnUntraced(function* ({ queue }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const selected = yield* selectQueues(queue)
    const contents = yield* Effect.forEach(selected, readDeadLetters, { concurrency: "unbounded" })
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
    "Each message with its cause. Reading a message hides it for a moment and raises its receive count; it stays in the queue"
  )
)

const resultColumns: ReadonlyArray<Column<RedriveResult>> = [
  { head: "Queue", cell: ({ queue }) => queue },
  { head: "Redriven", align: "right", cell: ({ redriven }) => redriven },
  { head: "Left", breaks: true, cell: ({ left }) => left.map(({ why }) => why).join("\n") }
]

const formatResults = (results: ReadonlyArray<RedriveResult>, hidden: number) => (width: number) =>
  [
    results.length === 0 ? "There is nothing to redrive." : formatTable(resultColumns, results, width),
    ...(hidden === 0 ? [] : [`${pluralize(hidden, "message")} in flight: run the command again in 30 seconds.`])
  ].join("\n")

const redriveCommand = Command.make(
  "redrive",
  {
    queue: queueArgument,
    yes: yesFlag
  },
  Effect.fnUntraced(function* ({ queue, yes }) {
    const { json } = yield* etl
    const { name: stack } = yield* Stack
    const { attributes } = yield* Queues
    const depths = yield* Effect.forEach(yield* selectQueues(queue), (each) =>
      Effect.map(attributes(each.url), ({ visible, hidden }) => ({ each, visible, hidden }))
    )
    const filled = depths.filter(({ visible }) => visible > 0)
    const counts = filled.map(({ each, visible }) => `${visible} of ${each.name}`).join(", ")
    const confirmed = filled.length === 0 || (yield* confirm(`Redrive ${counts} (${stack})?`, { yes, json }))
    const queues = confirmed ? yield* Effect.forEach(filled, ({ each }) => redrive(each)) : []
    const hidden = depths.reduce((sum, each) => sum + each.hidden, 0)
    const format = confirmed ? formatResults(queues, hidden) : () => "Nothing was redriven."
    yield* printResult(json, { stack, queues, hidden }, format)
    const left = queues.reduce((sum, each) => sum + each.left.length, 0)
    if (left > 0) return yield* new Incomplete({ message: `${pluralize(left, "message")} could not be redriven.` })
  }, provideStack)
).pipe(
  Command.withDescription(
    "Sends each message back to its source queue as a new message, or invokes the function again with the stored event"
  )
)

export const dlq = Command.make("dlq").pipe(
  Command.withDescription("The dead-letter queues"),
  Command.withSubcommands([list, show, redriveCommand])
)
