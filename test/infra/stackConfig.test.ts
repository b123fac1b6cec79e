import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import { ProgramFailed } from "../../engine/PulumiProgram.ts"
import { readStackFile } from "../../engine/stackFile.ts"
import { stackConfig } from "../../infra/stackConfig.ts"
import { declaredProgram, resourceQueries } from "./declaredProgram.ts"

const project = "imdb-serverless-etl"

const sentenceOf = async (override: Readonly<Record<string, string | undefined>>) => {
  const { config } = await readStackFile(new URL("../..", import.meta.url).pathname, "dev")
  const own = { omdbApiKey: "a-key", ...override }
  const all = {
    ...config,
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`${project}:${key}`, value]))
  }
  pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)), [])
  try {
    stackConfig(new pulumi.Config(project))
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
  throw new Error("The configuration was accepted.")
}

describe("stackConfig", () => {
  it("names a missing key and the command that sets it, with --secret for the secret", async () => {
    assert.match(
      await sentenceOf({ top: undefined }),
      /^The stack has no imdb-serverless-etl:top\. .*pulumi config set top VALUE$/
    )
    assert.match(
      await sentenceOf({ omdbApiKey: undefined }),
      /^The stack has no imdb-serverless-etl:omdbApiKey\. .*: pulumi config set --secret omdbApiKey VALUE$/
    )
  })

  it.each([
    ["top", "0"],
    ["top", "ten"],
    ["schedule", "every day"],
    ["omdbBaseUrl", "www.omdbapi.com"],
    ["logRetentionDays", "8"],
    ["protectData", "yes"],
    ["alarmEmail", "someone at example.com"],
    ["monthlyBudgetUsd", "0"],
    ["monthlyBudgetUsd", "five"],
    ["repositoryUrl", "git@example.com:movies.git"],
    ["repositoryUrl", "https://example.com/blob/main/"]
  ])("refuses %s = %s and names the allowed values", async (key, value) => {
    const sentence = await sentenceOf({ [key]: value })
    assert.include(sentence, `imdb-serverless-etl:${key} is "${value}", but it must be`)
    assert.include(sentence, `pulumi config set ${key}`)
    assert.notInclude(sentence, "\n")
  })

  it("stops the program with that sentence before it declares a resource", async () => {
    const failure = await declaredProgram("dev", { top: "0" }).catch((cause: unknown) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.match(failure.message, /^imdb-serverless-etl:top is "0", but it must be a whole number from 1 to 250: /)
  })

  it("protects and retains the data of prod, and destroys that of dev", async () => {
    for (const [stack, kept] of [
      ["prod", true],
      ["dev", false]
    ] as const) {
      const resources = resourceQueries((await declaredProgram(stack)).resources)
      const bucket = resources.one("aws:s3/bucket:Bucket", "movies")
      const table = resources.one("aws:dynamodb/table:Table", "movies")
      assert.deepStrictEqual([bucket.inputs["forceDestroy"], table.inputs["deletionProtectionEnabled"]], [!kept, kept])
      const protections = resources.of(/^aws:s3\/bucket(?!Notification)[A-Z]/)
      assert.strictEqual(protections.length, 5)
      for (const { name, protect, retainOnDelete } of [bucket, table, ...protections]) {
        assert.deepStrictEqual([protect, retainOnDelete], [kept, kept], name)
      }
      const versioning = resources.one("aws:s3/bucketVersioning:BucketVersioning", "movies-versioning")
      assert.deepStrictEqual(versioning.inputs["versioningConfiguration"], { status: kept ? "Enabled" : "Suspended" })
    }
  })

  it("gives two stacks different names where the program sets a name itself", async () => {
    const namesOf = async (stack: "dev" | "prod") =>
      (await declaredProgram(stack)).resources
        .flatMap(({ inputs }) => ["name", "dashboardName", "bucket", "functionName"].map((input) => inputs[input]))
        .filter((given) => typeof given === "string" && !given.startsWith("<"))
    const [dev, prod] = [await namesOf("dev"), await namesOf("prod")]
    assert.isNotEmpty(dev)
    for (const name of dev) assert.notInclude(prod, name)
  })
})
