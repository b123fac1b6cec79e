import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { abortable } from "../../cli/runAsMain.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { colored } from "../../cli/visible.ts"
import packageJson from "../../package.json" with { type: "json" }
import { runInProcess, type TestTerminal } from "../support/runInProcess.ts"

const run = (handler: Effect.Effect<void, CannotRun | Incomplete>, ...args: ReadonlyArray<string>) => {
  const command = Command.make("npm run it --", { top: Flag.Int("top").pipe(Flag.withDefault(1)) }, () => handler)
  return runInProcess(runCommand(command)(args))
}

describe("runCommand", () => {
  it.each([
    ["0 for success", Effect.void, [], 0, ""],
    ["1 for CannotRun", new CannotRun({ message: "No." }), [], 1, "No."],
    ["2 for Incomplete", new Incomplete({ message: "A gap." }), [], 2, "A gap."],
    [
      "1 for an option without a value",
      Effect.void,
      ["--top"],
      1,
      "Missing value for flag --top. Expected: integer. Run npm run it -- --help for the options."
    ],
    [
      "1 for an unknown option",
      Effect.void,
      ["--topp", "1"],
      1,
      "Unknown option --topp. Did you mean --top? Run npm run it -- --help for the options."
    ]
  ] as const)("returns %s, with one sentence on stderr", async (_, handler, args, code, stderr) => {
    assert.deepStrictEqual(await run(handler, ...args), { code, stdout: "", stderr, prompt: "" })
  })

  const styled = Effect.suspend(() => Console.log(colored("red", "No.")))
  const terminal = { width: 60, keys: [] }
  it.each<[string, TestTerminal | undefined, ReadonlyArray<string>, Readonly<Record<string, string>>, boolean]>([
    ["on a terminal", terminal, [], {}, true],
    ["with --no-color", terminal, ["--no-color"], {}, false],
    ["with NO_COLOR", terminal, [], { NO_COLOR: "1" }, false],
    ["without a terminal", undefined, [], {}, false],
    ["with FORCE_COLOR", undefined, [], { FORCE_COLOR: "1" }, true]
  ])("prints colors %s: %#", async (_, terminal, args, environment, hasColor) => {
    const provider = ConfigProvider.fromEnv({ env: environment })
    const command = (args: ReadonlyArray<string>) =>
      runCommand(Command.make("npm run it --", {}, () => styled))(args).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, provider)
      )
    const { stdout } = await runInProcess(command(args), terminal)
    assert.strictEqual(stdout, hasColor ? "\u001B[31mNo.\u001B[39m" : "No.")
    const help = (await runInProcess(command([...args, "-h"]), terminal)).stdout
    assert.strictEqual(help.includes("\u001B["), hasColor)
  })

  it("prints its version", async () => {
    const { stdout } = await run(Effect.void, "--version")
    assert.strictEqual(stdout, `${packageJson.name} ${packageJson.version}`)
  })

  it("prints what a service logs on stderr, as one line", async () => {
    const { stdout, stderr } = await run(Effect.logWarning("Earlier CSV not readable", new Error("It is gone.")))
    assert.deepStrictEqual([stdout, stderr], ["", "Earlier CSV not readable: It is gone."])
  })

  it("prints the stack of a defect", async () => {
    const { code, stderr } = await run(Effect.die(new TypeError("a defect")))
    assert.strictEqual(code, 1)
    assert.match(stderr, /TypeError: a defect\n\s+at .*runCommand\.test\.ts/)
  })
})

describe("abortable", () => {
  it.effect("waits on interruption until the promise has cleaned up", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const fiber = yield* Effect.forkChild(
        abortable(async (signal) => {
          await new Promise((resolve) => signal.addEventListener("abort", resolve))
          events.push("aborted")
          await new Promise((resolve) => setImmediate(resolve))
          events.push("cleaned up")
        }),
        { startImmediately: true }
      )
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(events, ["aborted", "cleaned up"])
    })
  )
})
