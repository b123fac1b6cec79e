import { mkdir, rm, writeFile } from "node:fs/promises"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { onTestFinished, vi } from "vitest"
import { deployedStack, localStack } from "../../operator/Stack.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"
import { stackOutputs as outputs, pathWithPulumi } from "./exampleStack.ts"

describe("deployedStack", () => {
  const readStack = (pulumiOutput: string, code?: number, stderr?: string) =>
    Effect.gen(function* () {
      onTestFinished(() => void vi.unstubAllEnvs())
      vi.stubEnv("PATH", yield* Effect.promise(() => pathWithPulumi(pulumiOutput, code, stderr)))
      return yield* deployedStack("dev")
    }).pipe(Effect.provide(NodeServices.layer))

  it.live("reads the outputs with pulumi and takes the region from a queue's URL", () =>
    Effect.gen(function* () {
      const stack = yield* readStack(JSON.stringify({ ...outputs, athena: {} }))
      const clientSettings = { region: "eu-central-1" }
      assert.deepStrictEqual(stack, { name: "stack dev", flags: "--stack dev", clientSettings, outputs })
    })
  )

  it.live.each([
    ["nothing", "", 255, "", /pulumi stack output --json --stack dev: it ended with exit code 255$/],
    [
      "no outputs",
      "{}",
      0,
      "",
      /^The stack dev is not deployed, [^\n]*: it has no outputs\. Deploy it with npm run up/
    ],
    [
      "a part of the outputs",
      JSON.stringify({ ...outputs, queues: undefined, top: undefined }),
      0,
      "",
      /^The stack dev is not deployed, or only partly[^\n]*: it has no top, queues\. Deploy it [^\n]+ --stack dev$/
    ],
    ["no JSON", "error", 0, "", /^The outputs of the stack dev cannot be read[^\n]+$/],
    [
      "that the stack does not exist",
      "",
      255,
      "error: no stack named 'dev' found",
      /^There is no stack dev: npm run pulumi -- stack ls [^\n]+$/
    ],
    [
      "that it is not logged in",
      "",
      255,
      "error: PULUMI_ACCESS_TOKEN must be set\n",
      /^Pulumi is not logged in: run [^\n]+$/
    ],
    [
      "that the CLI cannot be downloaded",
      "",
      1,
      "Downloading pulumi v3.265.0...\npulumi: fetch failed",
      /^The Pulumi CLI, which is downloaded [^\n]+: check the network, then repeat the command\.$/
    ],
    ["that a passphrase is needed", "", 255, "error: incorrect passphrase", /: set PULUMI_CONFIG_PASSPHRASE, [^\n]+$/],
    ["that its credentials have expired", "", 255, "error: ExpiredToken: x", /: sign in again, [^\n]+$/],
    ["another error", "", 255, "error: one\ntwo", /: error: one two$/]
  ] as const)("fails with one sentence if pulumi prints %s", ([, pulumiOutput, code, stderr, sentence]) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(readStack(pulumiOutput, code, stderr))
      assert.match(message, sentence)
    })
  )
})

it.live("fails with one sentence if pulumi is not installed", () =>
  Effect.gen(function* () {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv("PATH", yield* Effect.promise(() => temporaryDirectory()))
    const { message } = yield* Effect.flip(deployedStack("dev"))
    assert.match(message, /^The pulumi command is not installed: [^\n]+$/)
  }).pipe(Effect.provide(NodeServices.layer))
)

describe("localStack", () => {
  /** A port below the ephemeral ports, on which no test listens. */
  const port = 4999
  const clientSettings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "s" }
  }
  const notRunning = new RegExp(`^No local cloud is running on port ${port}: start one with npm run dev, [^\n]+$`)

  const writeConnectionFile = async (content: unknown) => {
    const folder = new URL("../../.local/", import.meta.url)
    const file = new URL(`dev-${port}.json`, folder)
    onTestFinished(() => rm(file, { force: true }))
    await mkdir(folder, { recursive: true })
    await writeFile(file, JSON.stringify(content))
  }

  it.live.each<[string, unknown, RegExp]>([
    ["no local cloud", undefined, notRunning],
    ["the file of a local cloud that was killed", { clientSettings, outputs }, notRunning],
    ["the file of another version", { clientSettings: {} }, /dev-4999\.json cannot be read: Missing key[^\n]+$/]
  ])("fails with one sentence for %s", ([, content, sentence]) =>
    Effect.gen(function* () {
      if (content !== undefined) yield* Effect.promise(() => writeConnectionFile(content))
      const { message } = yield* Effect.flip(localStack(port))
      assert.match(message, sentence)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
