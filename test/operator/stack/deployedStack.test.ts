import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { onTestFinished, vi } from "vitest"
import { deployedStack } from "../../../operator/stack/deployedStack.ts"
import { pathWithPulumi } from "../fakePulumi.ts"
import { stackOutputs as outputs } from "../stackOutputs.ts"

const readStack = (pulumiOutput: string, code?: number) =>
  Effect.gen(function* () {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv("PATH", yield* Effect.promise(() => pathWithPulumi(pulumiOutput, code)))
    return yield* deployedStack("dev")
  }).pipe(Effect.provide(NodeServices.layer))

describe("deployedStack", () => {
  it.live("reads the outputs with pulumi and takes the region from a queue's URL", () =>
    Effect.gen(function* () {
      const stack = yield* readStack(JSON.stringify({ ...outputs, schedule: "daily-1234567" }))
      const clientSettings = { region: "eu-central-1" }
      assert.deepStrictEqual(stack, { name: "stack dev", flags: "--stack dev", clientSettings, outputs })
    })
  )

  it.live.each([
    ["nothing", "", 255, /pulumi stack output --json --stack dev: no outputs\. Check its message above/],
    ["no outputs", "{}", 0, /Missing key at \["moviesBucket"\]/],
    ["no JSON", "error: no stack", 0, /The outputs of the stack dev cannot be read/]
  ] as const)("fails with one sentence if pulumi prints %s", ([, pulumiOutput, code, sentence]) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(readStack(pulumiOutput, code))
      assert.match(message, sentence)
      assert.notInclude(message, "\n")
    })
  )
})
