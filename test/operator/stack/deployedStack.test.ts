import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { onTestFinished } from "vitest"
import { deployedStack } from "../../../operator/stack/deployedStack.ts"
import { pathWithPulumi } from "../fakePulumi.ts"

const at = (queue: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${queue}`
const outputs = {
  moviesBucket: "movies-1234567",
  moviesTable: "movies-7654321",
  functions: { GetMoviesAndSendToQueue: "GetMoviesAndSendToQueue-1234567" },
  queues: { movies: at("movies"), exports: at("exports.fifo"), loads: at("loads") },
  deadLetterQueues: { daily: at("a"), failedRuns: at("b"), movies: at("c"), exports: at("d.fifo"), loads: at("e") }
}

const asking = (says: string, code?: number) =>
  Effect.gen(function* () {
    const { PATH } = process.env
    onTestFinished(() => {
      process.env["PATH"] = PATH
    })
    process.env["PATH"] = yield* Effect.promise(() => pathWithPulumi(says, code))
    return yield* deployedStack("dev")
  }).pipe(Effect.provide(NodeServices.layer))

describe("a deployed stack", () => {
  it.live("is what pulumi tells of it, in the region of its queues", () =>
    Effect.gen(function* () {
      const more = { ...outputs, schedule: "daily-1234567" }
      const stack = yield* asking(JSON.stringify(more))
      assert.deepStrictEqual(stack, {
        name: "stack dev",
        flags: "--stack dev",
        clientSettings: { region: "eu-west-1" },
        outputs
      })
    })
  )

  it.live.each([
    [
      "nothing",
      "",
      255,
      /pulumi stack output --json --stack dev: no outputs\. Check its message above, pulumi whoami and pulumi stack ls\./
    ],
    ["no outputs", "{}", 0, /Missing key at \["moviesBucket"\]/],
    ["no JSON", "error: no stack", 0, /The outputs of the stack dev cannot be read/]
  ] as const)("is none where pulumi says %s, and a sentence tells why", ([, says, code, why]) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(asking(says, code))
      assert.match(message, why)
      assert.notInclude(message, "\n")
    })
  )
})
