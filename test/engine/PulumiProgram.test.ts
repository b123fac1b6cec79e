import { symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ProgramFailed, runProgram } from "../../engine/PulumiProgram.ts"
import type { CreateResource } from "../../engine/resourceMonitor.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

const runText = async (
  program: string,
  createResource: CreateResource,
  config: Readonly<Record<string, string>> = {}
) => {
  const directory = await temporaryDirectory()
  await symlink(join(root, "node_modules"), join(directory, "node_modules"))
  await writeFile(join(directory, "package.json"), '{"type":"module"}')
  await writeFile(join(directory, "index.ts"), program)
  const secretKeys = Object.keys(config).filter((key) => key.includes("secret"))
  return runProgram({
    root: directory,
    project: "test",
    stack: "dev",
    config,
    secretKeys,
    createResource,
    signal: AbortSignal.timeout(20_000)
  })
}

const imports = 'import * as aws from "@pulumi/aws"\nimport * as pulumi from "@pulumi/pulumi"\n'

describe("runProgram", () => {
  it("passes each resource's outputs to the next, with parents, aliases and dependencies, and returns the stack outputs", async () => {
    const { resources, outputs } = await runText(
      `${imports}
      class Pair extends pulumi.ComponentResource {
        second: aws.sqs.Queue
        constructor(name: string) {
          super("test:Pair", name)
          const first = new aws.sqs.Queue("first", {}, { parent: this })
          this.second = new aws.sqs.Queue("second", { tags: { of: first.arn } }, { parent: this, aliases: [{ name: "other" }] })
          this.registerOutputs({})
        }
      }
      export const url = new Pair("pair").second.url`,
      async ({ name }) => ({ id: name, outputs: { arn: `arn:${name}`, url: `http://${name}` } })
    )
    const second = resources.find(({ name }) => name === "second")
    assert.deepStrictEqual(second?.aliases, ["urn:pulumi:dev::test::test:Pair$aws:sqs/queue:Queue::other"])
    assert.deepStrictEqual(second?.inputs, { tags: { of: "arn:first" } })
    assert.match(second?.parent ?? "", /test:Pair::pair$/)
    assert.strictEqual(second?.urn, "urn:pulumi:dev::test::test:Pair$aws:sqs/queue:Queue::second")
    assert.match(second?.dependencies.join() ?? "", /::first$/)
    assert.deepStrictEqual(outputs, { url: "http://second" })
  })

  it("keeps an input secret in the output and lists the inputs that contain a secret", async () => {
    const { resources } = await runText(
      `${imports}
      const key = new pulumi.Config().requireSecret("secretKey")
      const one = new aws.sqs.Queue("one", { policy: key })
      new aws.sqs.Queue("two", { policy: one.policy })`,
      async ({ name }) => ({ id: name, outputs: {} }),
      { "test:secretKey": "hush" }
    )
    const queues = resources.filter(({ type }) => type === "aws:sqs/queue:Queue")
    assert.deepStrictEqual(
      queues.map(({ inputs, secrets }) => [inputs["policy"], [...secrets]]),
      [
        ["hush", ["policy"]],
        ["hush", ["policy"]]
      ]
    )
  })

  it.each([
    ["throws", "throw new Error('the program is broken')", /the program is broken/],
    ["calls a look-up", `${imports}await aws.getCallerIdentity()`, /look-ups/],
    ["does not parse", "const = 1", /index\.ts/]
  ])("fails with the error message of a program that %s", async (_, program, message) => {
    const failure = await runText(program, async ({ name }) => ({ id: name, outputs: {} })).catch((cause) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.match(failure.message, message)
  })

  it("fails with the error of a rejected input alone", async () => {
    const program = `${imports}new aws.sqs.Queue("one", { name: Promise.reject(new Error("first line\\nsecond line")) })`
    const failure = await runText(program, async ({ name }) => ({ id: name, outputs: {} })).catch((cause) => cause)
    assert.strictEqual(failure.message, "first line\nsecond line")
  })

  it("fails with each error of createResource once when it refuses resources", async () => {
    const refuse: CreateResource = async ({ type }) => {
      throw new Error(`${type} is refused`)
    }
    const program = `${imports}new aws.sqs.Queue("one"); new aws.sqs.Queue("two")`
    const failure = await runText(program, refuse).catch((cause) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.strictEqual(failure.message, "aws:sqs/queue:Queue is refused")
  })
})
