import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestConsole from "effect/testing/TestConsole"
import { command } from "./simulateCommand.ts"

const simulate = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const code = yield* command(args)
    const [stdout, stderr] = [yield* TestConsole.logLines, yield* TestConsole.errorLines]
    return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") }
  }).pipe(Effect.provide(Layer.merge(NodeServices.layer, TestConsole.layer)))

const mutant = "does not count gaps as outcomes"

describe("npm run simulate", () => {
  it.live("runs a range of seeds in worker threads and prints their number of invocations", () =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* simulate("--from", "3", "--seeds", "2")
      assert.match(stdout, /^Seeds 3 to 4: no violation \(\d+ invocations, \d+ s\)\.$/)
      assert.deepStrictEqual([code, stderr], [0, ""])
    })
  )

  it.live("prints the scenario and the history of one seed", () =>
    Effect.gen(function* () {
      const { code, stdout } = yield* simulate("--seed", "3", "--history")
      assert.match(stdout, /^(1 day|2 days), top \d+\n/)
      assert.match(stdout, /06:00:0\d\.\d{3} {2}event → GetMoviesAndSendToQueue/)
      assert.strictEqual(code, 0)
    })
  )

  it.live("reports the first seed that violates an invariant, with the command that runs it alone", () =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* simulate("--from", "9", "--seeds", "2", "--mutant", mutant)
      assert.match(stdout, /^Seed 10 violates an invariant:\n/)
      assert.include(stdout, "Smallest scenario found with the same violation")
      const alone = `npm run simulate -- --seed 10 --mutant "${mutant}"`
      assert.include(stdout, `Run it alone: ${alone}`)
      assert.deepStrictEqual([code, stderr], [2, `Seed 10 violates an invariant. Run it alone: ${alone}`])
      assert.strictEqual((yield* simulate("--seed", "10", "--mutant", mutant)).stdout, stdout)
    })
  )

  it.live("prints one JSON document with --json", () =>
    Effect.gen(function* () {
      const passed = JSON.parse((yield* simulate("--seed", "3", "--json")).stdout)
      assert.deepInclude(passed, { from: 3, to: 3 })
      assert.notProperty(passed, "violations")
      const { code, stdout } = yield* simulate("--seed", "10", "--mutant", mutant, "--json")
      const failed = JSON.parse(stdout)
      assert.isNotEmpty(failed.violations)
      assert.isDefined(failed.smallest)
      assert.strictEqual(code, 2)
    })
  )

  it.live.each(["--seed 0", "--mutant unknown", "--unknown", "--seed 3 --from 5", "--json --history"])(
    "exits with 1 and one sentence for %s",
    (line) =>
      Effect.gen(function* () {
        const args = line.split(" ")
        const { code, stdout, stderr } = yield* simulate(...args)
        assert.deepStrictEqual([code, stdout], [1, ""])
        assert.strictEqual(stderr.trim().split("\n").length, 1, stderr)
        assert.isTrue(
          args.some((arg) => stderr.includes(arg)),
          stderr
        )
      })
  )
})
