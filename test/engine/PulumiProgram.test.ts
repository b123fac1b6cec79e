import { mkdir, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ProgramFailed, runProgram } from "../../engine/PulumiProgram.ts"
import type { CreateResource } from "../../engine/resourceMonitor.ts"
import { temporaryDirectory } from "../support/temporaryDirectory.ts"

const root = new URL("../..", import.meta.url).pathname

const runText = async (program: string, registrar: CreateResource, config: Readonly<Record<string, string>> = {}) => {
  const directory = await temporaryDirectory()
  await mkdir(directory, { recursive: true })
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
    createResource: registrar,
    signal: AbortSignal.timeout(20_000)
  })
}

const queue = 'import * as aws from "@pulumi/aws"\nimport * as pulumi from "@pulumi/pulumi"\n'

describe("the engine", () => {
  it("hands each resource's real outputs to the next, keeps parents and dependencies, and returns the outputs", async () => {
    const { resources, outputs } = await runText(
      `${queue}
      class Pair extends pulumi.ComponentResource {
        second: aws.sqs.Queue
        constructor(name: string) {
          super("test:Pair", name)
          const first = new aws.sqs.Queue("first", {}, { parent: this })
          this.second = new aws.sqs.Queue("second", { tags: { of: first.arn } }, { parent: this })
          this.registerOutputs({})
        }
      }
      export const url = new Pair("pair").second.url`,
      async ({ name }) => ({ id: name, outputs: { arn: `arn:${name}`, url: `http://${name}` } })
    )
    const second = resources.find(({ name }) => name === "second")
    assert.deepStrictEqual(second?.inputs, { tags: { of: "arn:first" } })
    assert.match(second?.parent ?? "", /test:Pair::pair$/)
    assert.strictEqual(second?.urn, "urn:pulumi:dev::test::test:Pair$aws:sqs/queue:Queue::second")
    assert.match(second?.dependencies.join() ?? "", /::first$/)
    assert.deepStrictEqual(outputs, { url: "http://second" })
  })

  it("keeps a secret a secret on its way through a resource, and says which inputs hold one", async () => {
    const { resources } = await runText(
      `${queue}
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
    ["asks for a look-up", `${queue}await aws.getCallerIdentity()`, /look-ups/],
    ["does not parse", "const = 1", /index\.ts/]
  ])("fails with the program's own words when it %s", async (_, program, words) => {
    const failure = await runText(program, async ({ name }) => ({ id: name, outputs: {} })).catch((cause) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.match(failure.message, words)
  })

  it("fails with what the registrar said when it refuses a resource", async () => {
    const refuse: CreateResource = async ({ name }) => {
      throw new Error(`no room for ${name}`)
    }
    const failure = await runText(`${queue}new aws.sqs.Queue("one")`, refuse).catch((cause) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.strictEqual(failure.message, "no room for one")
  })
})
