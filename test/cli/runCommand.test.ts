import { assert, describe, it } from "@effect/vitest"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { CannotRun, Incomplete } from "../../cli/CommandErrors.ts"
import { abortable } from "../../cli/runAsMain.ts"
import { runCommand } from "../../cli/runCommand.ts"
import { runInProcess } from "../support/runInProcess.ts"

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
