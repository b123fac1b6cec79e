import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CannotRun } from "../../cli/CommandErrors.ts"
import { RunDate } from "../../domain/RunDate.ts"
import { readStackFile } from "../../engine/stackFile.ts"
import { nextRuns } from "../../infra/nextRuns.ts"
import { Stack } from "../../operator/Stack.ts"
import { inWords } from "../../operator/schedule/inWords.ts"
import { type DiagramEdge, type DiagramNode, dataFlow } from "../../plan/dataFlow.ts"
import { type Declared, declareStack } from "../../plan/declareStack.ts"
import { planOf } from "../../plan/Plan.ts"
import type { GraphStage, Settings } from "../api.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const PackageFile = Schema.fromJsonString(
  Schema.Struct({ version: Schema.String, dependencies: Schema.Record(Schema.String, Schema.String) })
)
const decodePackage = Schema.decodeUnknownSync(PackageFile)

/** The programs that this process has run, by stack: each takes seconds. */
const programs = new Map<string, Promise<Declared>>()

const programOf = (stack: string): Promise<Declared> => {
  const program = programs.get(stack) ?? declareStack({ root, stack })
  programs.set(stack, program)
  program.catch(() => programs.delete(stack))
  return program
}

/**
 * What the program of this checkout declares for the stack, with the settings of its file. `isWritable`: whether the page may
 * start runs, redrive and delete.
 */
export const readSettings = Effect.fn("readSettings")(function* (isWritable: boolean) {
  const { name, flags, outputs } = yield* Stack
  const [, stack] = /^--stack (.*)$/.exec(flags) ?? []
  const { declared, file } = yield* Effect.tryPromise({
    try: async () => ({
      declared: await programOf(stack ?? "dev"),
      file: await readStackFile(root, stack ?? "dev")
    }),
    catch: (cause) =>
      new CannotRun({
        message: `The program cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
      })
  })
  const { dependencies } = decodePackage(readFileSync(`${root}package.json`, "utf8"))
  const expression = scheduleOf(declared)
  const next = nextOf(expression, DateTime.zoneMakeNamedUnsafe(outputs.timeZone), yield* DateTime.now)
  const settings: Settings = {
    stack: name,
    isLocal: stack === undefined,
    isWritable,
    top: outputs.top,
    schedule: {
      ...{ expression, words: inWords(expression), timeZone: outputs.timeZone, paused: outputs.schedulePaused },
      ...(next !== undefined && { next })
    },
    graph: graphOf(declared),
    config: file.config,
    versions: {
      Node: process.version,
      ...Object.fromEntries(
        ["effect", "@pulumi/pulumi", "@pulumi/aws", "@aws-sdk/client-s3"].map((name) => [
          name,
          dependencies[name] ?? ""
        ])
      )
    },
    grants: planOf(declared).permissions.flatMap(({ who, isFunction, sentences }) =>
      isFunction ? [{ who, may: sentences }] : []
    ),
    logRetentionDays: outputs.logRetentionDays
  }
  return settings
})

const scheduleOf = ({ resources }: Declared): string => {
  const found = resources.find(({ type }) => type === "aws:scheduler/schedule:Schedule")
  return String(found?.inputs["scheduleExpression"] ?? "")
}

/** The next time of the schedule and the run that it starts; nothing where it is not known. */
const nextOf = (expression: string, zone: DateTime.TimeZone.Named, now: DateTime.Utc) =>
  nextRuns(expression, zone, now, 1).map((time) => ({
    at: DateTime.formatIsoOffset(time).replace(/:\d\d\.\d+/, ""),
    runDate: RunDate.make(DateTime.formatIsoDate(time))
  }))[0]

/** The functions in the order of the data, each with what flows to and from it. */
export const graphOf = ({ resources }: Declared): ReadonlyArray<GraphStage> => {
  const { flows, failures } = dataFlow(resources)
  const isFunction = ({ type }: DiagramNode) => type === "function"
  const isQueue = ({ type }: DiagramNode) => /queue$/i.test(type)
  const names = [
    ...new Set(
      flows
        .flatMap(({ from, to }) => [from, to])
        .filter(isFunction)
        .map(({ name }) => name)
    )
  ]
  return names.map((name) => {
    const isOf = (node: DiagramNode) => isFunction(node) && node.name === name
    const incoming = flows.filter(({ to }) => isOf(to)).map(({ from }) => from)
    const outgoing = unique(flows.filter(({ from }) => isOf(from)).map(({ to }) => to))
    const trigger = incoming.find((node) => isQueue(node) || node.type === "schedule")
    const notifies = ({ from, to }: DiagramEdge) => from.type === "bucket" && to.name === trigger?.name && isQueue(to)
    const eventsOf = flows.find(notifies)?.from
    const failed = failures.find(({ from }) => from.name === trigger?.name && from.type === trigger.type)
    const own = failures.find(({ from }) => isOf(from))
    const deadLetters = own?.to ?? failed?.to
    return {
      name,
      ...(trigger !== undefined && { trigger }),
      inputs: unique(incoming.filter((node) => node !== trigger)),
      // A bucket that is read and written is an output.
      outputs: outgoing.filter((node) => node.name !== trigger?.name || node.type !== trigger.type),
      ...(eventsOf !== undefined && { eventsOf }),
      ...(deadLetters !== undefined && { deadLetters })
    }
  })
}

const unique = (nodes: ReadonlyArray<DiagramNode>): ReadonlyArray<DiagramNode> => [
  ...new Map(nodes.map((node) => [`${node.type} ${node.name}`, node])).values()
]
