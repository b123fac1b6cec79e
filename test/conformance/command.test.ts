import { spawn } from "node:child_process"
import { once } from "node:events"
import { text } from "node:stream/consumers"
import { setTimeout } from "node:timers/promises"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Terminal from "effect/Terminal"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { onTestFinished, vi } from "vitest"
import { pathWithPulumi } from "../operator/fakePulumi.ts"
import { expectCurrentOutput } from "../operator/pageExamples.ts"
import { stackOutputs } from "../operator/stackOutputs.ts"
import { command } from "./command.ts"
import type { Row } from "./conformance.ts"
import { startEmulatedAwsAccount } from "./EmulatedAwsAccount.ts"
import { scratchResource } from "./targets/scratchResources.ts"

const root = new URL("../..", import.meta.url).pathname

/** An environment without AWS credentials, with a `pulumi` that has the stack dev. */
const baseEnvironment = async () => ({
  PATH: await pathWithPulumi(JSON.stringify(stackOutputs)),
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9"
})

/** Runs the command in this process, on a terminal 100 columns wide. */
const run = async (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) => {
  for (const name of Object.keys(process.env).filter((each) => each.startsWith("AWS_"))) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries({ ...(await baseEnvironment()), ...environment })) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  return Effect.gen(function* () {
    const terminal = { ...(yield* Terminal.Terminal), columns: Effect.succeed(100) }
    const code = yield* Effect.provideService(command(args), Terminal.Terminal, terminal)
    const [stdout, stderr] = [yield* TestConsole.logLines, yield* TestConsole.errorLines]
    return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") }
  }).pipe(Effect.provide(Layer.merge(NodeServices.layer, TestConsole.layer)), Effect.runPromise)
}

/** Runs the command in a process of its own, as `npm run conformance` does. */
const launch = async (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>>) => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))
  const child = spawn("sh", ["scripts/pinned-node", "test/conformance/command.ts", ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...(await baseEnvironment()), ...environment },
    stdio: ["ignore", "pipe", "pipe"]
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code, stdout, stderr })
  )
  return { child, ended }
}

describe("npm run conformance", () => {
  it("exits with 2 for an account that differs from AWS, and deletes the scratch resources", async () => {
    const account = await startEmulatedAwsAccount()
    const { code, stdout, stderr } = await run(["fifo", "--stack", "dev", "--json"], account.environment)
    assert.deepStrictEqual([code, stderr], [2, "Not as listed: 1 of 7 behaviours."])
    const { asListed, targets, behaviours } = JSON.parse(stdout)
    assert.deepStrictEqual([asListed, targets], [false, ["model", "local cloud", "AWS"]])
    // The account is a local cloud and differs as a local cloud does.
    const reason = 'One receive: expected several messages of the group, found ["1"]'
    const failed = behaviours.filter((row: Row) => row.outcomes.AWS?.state === "fails")
    assert.deepStrictEqual(
      failed.map(({ title, outcomes }: Row) => [title, outcomes.AWS]),
      [["One receive returns several messages of a group", { state: "fails", reason }]]
    )
    assert.deepStrictEqual(await account.resources(), [])
  })

  it("tests an account's S3 notifications on scratch resources with a known name and tag", async () => {
    const account = await startEmulatedAwsAccount()
    const ended = run(["notifications", "--stack", "dev"], account.environment)
    while (account.taggings.length === 0) await setTimeout(20)
    const names = await account.resources()
    assert.isAtLeast(names.length, 4)
    for (const name of names) assert.match(name, /^imdb-etl-conformance-[0-9a-f]{10}(-|$)/)
    assert.include(account.taggings[0], "<Key>imdb-etl</Key><Value>conformance</Value>")
    const { code, stdout, stderr } = await ended
    assert.deepStrictEqual([code, stderr], [0, ""])
    assert.match(stdout, /^model: 3 of 3 hold, local cloud: 3 of 3 hold, AWS: 3 of 3 hold\.$/m)
    assert.deepStrictEqual(await account.resources(), [])
  })

  it("deletes the scratch resources when it is interrupted", async () => {
    const account = await startEmulatedAwsAccount()
    const { child, ended } = await launch(["visibility", "--stack", "dev"], account.environment)
    while ((await account.resources()).length < 12) await setTimeout(20)
    // npm forwards Ctrl-C, so it arrives twice.
    child.kill("SIGINT")
    child.kill("SIGINT")
    const { code, stderr } = await ended
    assert.deepStrictEqual([code, stderr], [130, "Interrupted.\n"])
    assert.deepStrictEqual(await account.resources(), [])
  })

  it.each<[ReadonlyArray<string>, RegExp]>([
    [["--stack", "missing"], /^The outputs of the stack missing cannot be read: pulumi stack output /],
    [["--stack", "dev"], /^The scratch .* cannot be used: CredentialsProviderError: /],
    [["lambda"], /"lambda"\. Expected: "s3" \| "sqs" .* Run npm run conformance -- --help for the options\.$/]
  ])("exits with 1 and one sentence for %j", async (args, sentence) => {
    const { code, stdout, stderr } = await run(args)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
    assert.notInclude(stderr, "\n")
  })
})

describe("docs/fidelity.md", () => {
  it("shows the output of its command", () =>
    expectCurrentOutput(new URL("../../docs/fidelity.md", import.meta.url), "conformance", async (args) => {
      const { code, stdout, stderr } = await run(args)
      assert.deepStrictEqual([code, stderr], [0, ""])
      return stdout
    }))
})

describe("scratchResource", () => {
  it.effect("retries the deletion 30 times, then names the resource on stderr", () =>
    Effect.gen(function* () {
      let attempts = 0
      const remove = async () => {
        attempts++
        throw Object.assign(new Error("The table is being created."), { name: "ResourceInUse" })
      }
      const created = scratchResource("table t", async () => "t", remove)
      const fiber = yield* Effect.forkChild(Effect.scoped(created))
      for (let turn = 0; turn < 40; turn++) {
        // An attempt is a promise, which settles outside the test clock.
        yield* Effect.promise(() => new Promise(setImmediate))
        yield* TestClock.adjust("2 seconds")
      }
      yield* Fiber.join(fiber)
      assert.strictEqual(attempts, 31)
      assert.deepStrictEqual(yield* TestConsole.errorLines, [
        "The scratch table t was not deleted: delete it by hand. ResourceInUse: The table is being created."
      ])
    })
  )
})
