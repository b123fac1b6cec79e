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
import { useSharedStack } from "../local/sharedStack.ts"

/** A terminal, and the keys pressed at a prompt. */
interface TestTerminal {
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

/** Runs the arguments of `npm run etl --` in this process. The code is 130 where it was interrupted. */
export const etl = (args: ReadonlyArray<string>, terminal?: TestTerminal) => {
  const prompt: Array<string> = []
  return Effect.gen(function* () {
    const exit = yield* Effect.exit(command(args))
    return {
      code: Exit.isSuccess(exit) ? exit.value : 130,
      stdout: (yield* TestConsole.logLines).join("\n"),
      stderr: (yield* TestConsole.errorLines).join("\n"),
      prompt: prompt.join("")
    }
  }).pipe(
    Effect.provide([processServices(terminal, (text) => prompt.push(text)), TestConsole.layer]),
    Effect.runPromise
  )
}

/** The shared stack with a connection file as `npm run dev` writes it, and the operator's commands on it. */
export const useOperatedStack = () => {
  const { current } = useSharedStack()
  beforeAll(() => writeConnectionFile(current().stack))
  afterAll(() => removeConnectionFile(current().stack))
  const flags = () => ["--local", "--port", new URL(current().stack.cloud.endpoint).port]
  return {
    current,
    etl: (...args: ReadonlyArray<string>) => etl([...args, ...flags()]),
    etlOn: (terminal: TestTerminal, ...args: ReadonlyArray<string>) => etl([...args, ...flags()], terminal)
  }
}
