import * as Console from "effect/Console"
import { TerminalCapabilities } from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Terminal from "effect/Terminal"
import { WaitForStop } from "../../cli/runAsMain.ts"
import { colored, visible } from "../../cli/visible.ts"
import { formatEntry } from "../../operator/logs/formatEntry.ts"
import { parseEntry } from "../../operator/logs/LogEntry.ts"
import { type LocalStack, projectRoot } from "../LocalStack.ts"
import { Reload, type ReloadLine } from "../reload/Reload.ts"
import { watchFiles } from "../reload/watchFiles.ts"
import { type RunRecorder, type RunRequest, runPipeline } from "./runPipeline.ts"

interface Session {
  readonly stack: LocalStack
  readonly recorder: RunRecorder
  /** Of the runs that a key starts. */
  readonly request: RunRequest
  /** The folder whose files are watched. */
  readonly root?: string
}

/** While one works: log lines as they are written, edits put into use, runs by a key. Returns when it is to stop. */
export const devSession = Effect.fn("devSession")(function* ({
  stack,
  recorder,
  request,
  root = projectRoot
}: Session) {
  const work = Effect.gen(function* () {
    yield* printLogLines(stack)
    yield* reloadEdits(stack, root)
    yield* handleKeys(stack, recorder, request)
  })
  yield* Effect.raceFirst(yield* WaitForStop, work)
})

const printLogLines = Effect.fnUntraced(function* ({ lambda, names }: LocalStack) {
  const { log } = yield* Console.Console
  const print = ({ function: name, line }: { readonly function: string; readonly line: string }) => {
    const entry = parseEntry(names.logicalName(name), { timestamp: Date.now(), message: line })
    if (entry !== undefined) log(formatEntry(entry))
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => void lambda.events.on("logLine", print)),
    () => Effect.sync(() => void lambda.events.off("logLine", print))
  )
})

const formatLine = ({ isFailure, text }: ReloadLine) =>
  `${isFailure ? colored("red", "✗") : colored("green", "✓")} ${visible(text)}`

const reloadEdits = Effect.fnUntraced(function* (stack: LocalStack, root: string) {
  const { log } = yield* Console.Console
  // It is ready after a second or two; an edit waits for it.
  const starting = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const starting = Reload.start(root, stack)
      // Reported at the first edit.
      starting.catch(() => {})
      return starting
    }),
    (starting) => Effect.promise(() => starting.then((reload) => reload.close()).catch(() => {}))
  )
  const onChange = async (paths: ReadonlyArray<string>) => {
    try {
      for (const line of await (await starting).changed(paths)) log(formatLine(line))
    } catch (cause) {
      log(
        formatLine({ isFailure: true, text: `${paths.join(", ")}: ${cause instanceof Error ? cause.message : cause}` })
      )
    }
  }
  yield* Effect.acquireRelease(
    Effect.sync(() => watchFiles(root, onChange)),
    ({ close }) => Effect.promise(close)
  )
})

export const keysHelp = "r runs the pipeline again, ? shows the keys, q or Ctrl-C stops."

const handleKeys = Effect.fnUntraced(function* (stack: LocalStack, recorder: RunRecorder, request: RunRequest) {
  const { canPrompt } = yield* TerminalCapabilities
  if (!canPrompt) return yield* Effect.never
  const { readInput } = yield* Terminal.Terminal
  const input = yield* readInput
  yield* Console.log(keysHelp)
  for (;;) {
    const { key } = yield* Queue.take(input).pipe(Effect.catch(() => Effect.never))
    if (key.name === "q" || (key.ctrl && key.name === "c")) return
    if (key.name === "r") yield* runAgain(stack, recorder, request)
    else yield* Console.log(keysHelp)
  }
})

const runAgain = Effect.fnUntraced(function* (stack: LocalStack, recorder: RunRecorder, request: RunRequest) {
  const { runDate, result, failures, durationMs } = yield* Effect.promise(() => runPipeline(stack, recorder, request))
  const { enriched, gaps, pending } = result
  const total = enriched.length + gaps.length + pending.length
  const counts = [`${enriched.length} of ${total} enriched`, `${gaps.length} gaps`, `${pending.length} pending`]
  const failed = failures.map(({ function: name, detail }) => `${name}: ${detail}`)
  yield* Console.log(
    formatLine({
      isFailure: enriched.length < total || total === 0,
      text: [`Run ${runDate}: ${counts.join(", ")}, ${(durationMs / 1000).toFixed(1)} s`, ...failed].join("; ")
    })
  )
})
