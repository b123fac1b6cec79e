import * as NodeServices from "@effect/platform-node/NodeServices"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import * as TestConsole from "effect/testing/TestConsole"

/** A terminal, and the keys pressed at a prompt. */
export interface TestTerminal {
  readonly width: number
  readonly keys: ReadonlyArray<string>
}

/** Replaces the terminal of this process, or its absence. */
const terminalServices = (terminal: TestTerminal | undefined, display: (text: string) => void) => {
  const service = Terminal.make({
    columns: Effect.succeed(terminal?.width ?? 0),
    rows: Effect.succeed(terminal === undefined ? 0 : 24),
    size: Effect.die("not used"),
    readLine: Effect.die("not used"),
    readInput: Effect.gen(function* () {
      const input = yield* Queue.make<Terminal.UserInput, Cause.Done>()
      for (const name of terminal?.keys ?? []) {
        Queue.offerUnsafe(input, { input: Option.some(name), key: { name, ctrl: false, meta: false, shift: false } })
      }
      Queue.endUnsafe(input)
      return input
    }),
    display: (text) => Effect.sync(() => display(text))
  })
  const isTerminal = Effect.succeed(terminal !== undefined)
  return Layer.merge(
    Layer.succeed(Terminal.Terminal, service),
    Stdio.layerTest({ stdinIsTerminal: isTerminal, stdoutIsTerminal: isTerminal })
  )
}

/** Runs a command (see cli/runCommand.ts) in this process. The code is 130 where it was interrupted. */
export const runInProcess = <E>(
  command: Effect.Effect<number, E, NodeServices.NodeServices>,
  terminal?: TestTerminal
) => {
  const prompt: Array<string> = []
  return Effect.gen(function* () {
    const exit = yield* Effect.exit(command)
    return {
      code: Exit.isSuccess(exit) ? exit.value : 130,
      stdout: (yield* TestConsole.logLines).join("\n"),
      stderr: (yield* TestConsole.errorLines).join("\n"),
      prompt: prompt.join("")
    }
  }).pipe(
    Effect.provide([NodeServices.layer, terminalServices(terminal, (text) => prompt.push(text)), TestConsole.layer]),
    Effect.runPromise
  )
}
