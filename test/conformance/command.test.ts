import { spawn } from "node:child_process"
import { once } from "node:events"
import { text } from "node:stream/consumers"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as TestConsole from "effect/testing/TestConsole"
import { onTestFinished, vi } from "vitest"
import { pathWithPulumi, stackOutputs } from "../operator/exampleStack.ts"
import { expectCurrentOutput } from "../operator/pageExamples.ts"
import { runInProcess } from "../support/runInProcess.ts"
import { command } from "./command.ts"
import type { Row } from "./conformance.ts"
import { startLocalAccount } from "./targets/localCloudTarget.ts"
import { scratchResource } from "./targets/scratchResources.ts"

type Environment = Readonly<Record<string, string>>

/** An environment with a `pulumi` that has the stack dev, and without AWS credentials unless they are given. */
const environmentWith = async (credentials: Environment) => ({
  PATH: await pathWithPulumi(JSON.stringify(stackOutputs)),
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
  ...credentials
})

/** Runs the command in this process, on a terminal 100 columns wide. */
const run = async (args: ReadonlyArray<string>, credentials: Environment = {}) => {
  for (const name of Object.keys(process.env).filter((each) => each.startsWith("AWS_"))) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries(await environmentWith(credentials))) vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
  return runInProcess(command(args), { width: 100, keys: [] })
}

/** A local cloud in place of an AWS account, and the variables that direct the AWS SDK to it. */
const startAccount = Effect.map(startLocalAccount, ({ cloud, url, requests, resources }) => {
  const { accessKeyId, secretAccessKey } = cloud.admin
  const credentials = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey
  }
  return { requests, resources, credentials }
})

describe("npm run conformance -- --stack", () => {
  it.live("reports a difference of the account, uses tagged resources of its own only, and deletes them", () =>
    Effect.gen(function* () {
      const { requests, resources, credentials } = yield* startAccount
      const args = ["visibility", "--stack", "dev", "--json"]
      const { code, stdout, stderr } = yield* Effect.promise(() => run(args, credentials))
      assert.deepStrictEqual([code, stderr], [2, "Not as listed: 1 of 6 behaviours."])
      const { asListed, targets, behaviours } = JSON.parse(stdout)
      assert.deepStrictEqual([asListed, targets], [false, ["model", "local cloud", "AWS"]])
      // The account is a local cloud and differs as a local cloud does.
      const failed = behaviours.filter((row: Row) => row.outcomes.AWS?.state === "fails")
      assert.deepStrictEqual(
        failed.map(({ title }: Row) => title),
        ["A visibility timeout that ends more than 12 hours after the receive is rejected"]
      )
      assert.match(failed[0].outcomes.AWS.reason, /^12 hours, two seconds after the receive: /)
      const tag = /"imdb-etl":"conformance"|"Key":"imdb-etl","Value":"conformance"|imdb-etl<\/Key><Value>conformance/
      for (const request of requests) {
        assert.match(request, /imdb-etl-conformance-[0-9a-f]{10}\b/)
        if (/\.Create|\?tagging/.test(request)) assert.match(request, tag)
      }
      assert.deepStrictEqual(yield* resources, [])
    })
  )

  it.live("deletes the scratch resources when it is interrupted", () =>
    Effect.gen(function* () {
      const { resources, credentials } = yield* startAccount
      const environment = yield* Effect.promise(() => environmentWith(credentials))
      const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))
      const args = ["scripts/pinned-node", "test/conformance/command.ts", "visibility", "--stack", "dev"]
      const child = spawn("sh", args, { env: { ...Object.fromEntries(inherited), ...environment } })
      onTestFinished(() => void child.kill("SIGKILL"))
      const ended = Promise.all([once(child, "close"), text(child.stderr)])
      while ((yield* resources).length < 12) yield* Effect.sleep("20 millis")
      // npm forwards Ctrl-C, so it arrives twice.
      child.kill("SIGINT")
      child.kill("SIGINT")
      const [[code], stderr] = yield* Effect.promise(() => ended)
      assert.deepStrictEqual([code, stderr], [130, "Interrupted.\n"])
      assert.deepStrictEqual(yield* resources, [])
    })
  )

  it.each([
    ["missing", /^The outputs of the stack missing cannot be read: pulumi stack output [^\n]+$/],
    ["dev", /^The scratch .* cannot be used: CredentialsProviderError: [^\n]+$/]
  ])("exits with 1 and one sentence for %s, of which it has no outputs or no credentials", async (stack, sentence) => {
    const { code, stdout, stderr } = await run(["--stack", stack])
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(stderr, sentence)
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
      const remove = vi.fn().mockRejectedValue(new Error("The table is being created."))
      const created = scratchResource("table t", async () => "t", remove)
      const fiber = yield* Effect.forkChild(Effect.scoped(created))
      for (let turn = 0; turn < 40; turn++) {
        // An attempt is a promise, which settles outside the test clock.
        yield* Effect.promise(() => new Promise(setImmediate))
        yield* TestClock.adjust("2 seconds")
      }
      yield* Fiber.join(fiber)
      assert.strictEqual(remove.mock.calls.length, 31)
      assert.deepStrictEqual(yield* TestConsole.errorLines, [
        "The scratch table t was not deleted: delete it by hand. Error: The table is being created."
      ])
    })
  )
})
