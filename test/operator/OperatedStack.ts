import * as NodeChildProcessSpawner from "@effect/platform-node/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as TestConsole from "effect/testing/TestConsole"
import { afterAll, beforeAll } from "vitest"
import { removeConnectionFile, writeConnectionFile } from "../../local/run/dev.ts"
import { command } from "../../operator/main.ts"
import { type SharedStack, useSharedStack } from "../local/sharedStack.ts"

export interface CommandResult {
  /** 130 where it was interrupted. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What a prompt displayed. */
  readonly prompt: string
}

/** A terminal, and the keys pressed at a prompt. */
export interface TestTerminal {
  /** In characters. */
  readonly width: number
  readonly keys: ReadonlyArray<string>
}

const key = (name: string): Terminal.UserInput => ({
  input: Option.some(name),
  key: { name, ctrl: false, meta: false, shift: false }
})

/** The services of a process with or without a terminal. */
const processServices = (terminal: TestTerminal | undefined, display: (text: string) => void) => {
  const service = Terminal.make({
    columns: Effect.succeed(terminal?.width ?? 0),
    rows: Effect.succeed(terminal === undefined ? 0 : 24),
    size: Effect.die("not used"),
    readLine: Effect.die("not used"),
    readInput: Effect.gen(function* () {
      const input = yield* Queue.make<Terminal.UserInput, Cause.Done>()
      for (const name of terminal?.keys ?? []) Queue.offerUnsafe(input, key(name))
      Queue.endUnsafe(input)
      return input
    }),
    display: (text) => Effect.sync(() => display(text))
  })
  const isTerminal = Effect.succeed(terminal !== undefined)
  return Layer.mergeAll(
    NodeChildProcessSpawner.layer.pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer))),
    Layer.succeed(Terminal.Terminal, service),
    Stdio.layerTest({ stdinIsTerminal: isTerminal, stdoutIsTerminal: isTerminal })
  )
}

/** Runs the arguments of `npm run etl --` in this process. */
export const etl = async (args: ReadonlyArray<string>, terminal?: TestTerminal): Promise<CommandResult> => {
  const prompt: Array<string> = []
  const work = Effect.gen(function* () {
    const exit = yield* Effect.exit(command(args))
    const [stdout, stderr] = [yield* TestConsole.logLines, yield* TestConsole.errorLines]
    return {
      code: Exit.isSuccess(exit) ? exit.value : 130,
      stdout: stdout.join("\n"),
      stderr: stderr.join("\n"),
      prompt: prompt.join("")
    }
  })
  const services = Layer.merge(
    processServices(terminal, (text) => prompt.push(text)),
    TestConsole.layer
  )
  return Effect.runPromise(Effect.provide(work, services))
}

export interface OperatedStack {
  readonly shared: SharedStack
  readonly etl: (...args: ReadonlyArray<string>) => Promise<CommandResult>
  readonly etlOn: (terminal: TestTerminal, ...args: ReadonlyArray<string>) => Promise<CommandResult>
}

/** The shared stack with a connection file as `npm run dev` writes it, and the operator's commands on it. */
export const useOperatedStack = (): { readonly current: () => OperatedStack } => {
  const { current } = useSharedStack()
  beforeAll(() => writeConnectionFile(current().stack))
  afterAll(() => removeConnectionFile(current().stack))
  return {
    current: () => {
      const shared = current()
      const flags = ["--local", "--port", new URL(shared.stack.cloud.endpoint).port]
      return {
        shared,
        etl: (...args) => etl([...args, ...flags]),
        etlOn: (terminal, ...args) => etl([...args, ...flags], terminal)
      }
    }
  }
}
