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
import { removeConnectionFile, writeConnectionFile } from "../../local/run/connection.ts"
import { command } from "../../operator/command.ts"
import { type SharedStack, useSharedStack } from "../local/sharedStack.ts"

export interface Said {
  /** 130 where it was interrupted. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What a question showed. */
  readonly asked: string
}

/** Somebody in front of a terminal, so many columns wide, who presses these keys when asked. */
export interface Person {
  readonly width: number
  readonly keys: ReadonlyArray<string>
}

const key = (name: string): Terminal.UserInput => ({
  input: Option.some(name),
  key: { name, ctrl: false, meta: false, shift: false }
})

/** A terminal with a person, or none at all. */
const surroundings = (person: Person | undefined, display: (text: string) => void) => {
  const terminal = Terminal.make({
    columns: Effect.succeed(person?.width ?? 0),
    rows: Effect.succeed(person === undefined ? 0 : 24),
    size: Effect.die("nobody asks"),
    readLine: Effect.die("nobody asks"),
    readInput: Effect.gen(function* () {
      const input = yield* Queue.make<Terminal.UserInput, Cause.Done>()
      for (const name of person?.keys ?? []) Queue.offerUnsafe(input, key(name))
      Queue.endUnsafe(input)
      return input
    }),
    display: (text) => Effect.sync(() => display(text))
  })
  const isTerminal = Effect.succeed(person !== undefined)
  return Layer.mergeAll(
    NodeChildProcessSpawner.layer.pipe(Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer))),
    Layer.succeed(Terminal.Terminal, terminal),
    Stdio.layerTest({ stdinIsTerminal: isTerminal, stdoutIsTerminal: isTerminal })
  )
}

/** Runs the arguments of `npm run etl --` in this process. */
export const etl = async (args: ReadonlyArray<string>, person?: Person): Promise<Said> => {
  const asked: Array<string> = []
  const work = Effect.gen(function* () {
    const exit = yield* Effect.exit(command(args))
    const [stdout, stderr] = [yield* TestConsole.logLines, yield* TestConsole.errorLines]
    return {
      code: Exit.isSuccess(exit) ? exit.value : 130,
      stdout: stdout.join("\n"),
      stderr: stderr.join("\n"),
      asked: asked.join("")
    }
  })
  const services = Layer.merge(
    surroundings(person, (text) => asked.push(text)),
    TestConsole.layer
  )
  return Effect.runPromise(Effect.provide(work, services))
}

export interface Operating {
  readonly warm: SharedStack
  readonly etl: (...args: ReadonlyArray<string>) => Promise<Said>
  readonly etlBy: (person: Person, ...args: ReadonlyArray<string>) => Promise<Said>
}

/** A warm stack that is published as `npm run dev` publishes its own, and the operator's commands on it. */
export const operating = (): { readonly current: () => Operating } => {
  const { current } = useSharedStack()
  beforeAll(() => writeConnectionFile(current().stack))
  afterAll(() => removeConnectionFile(current().stack))
  return {
    current: () => {
      const warm = current()
      const flags = ["--local", "--port", new URL(warm.stack.cloud.endpoint).port]
      return {
        warm,
        etl: (...args) => etl([...args, ...flags]),
        etlBy: (person, ...args) => etl([...args, ...flags], person)
      }
    }
  }
}
