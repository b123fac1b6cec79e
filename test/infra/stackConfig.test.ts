import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import { ProgramFailed } from "../../engine/PulumiProgram.ts"
import { readStackFile } from "../../engine/stackFile.ts"
import { settings } from "../../infra/settings.ts"
import { stackConfig } from "../../infra/stackConfig.ts"
import { declaredProgram, resourceQueries } from "./declaredProgram.ts"

const project = "imdb-serverless-etl"

/** Why the configuration is refused; undefined where it is accepted. */
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
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

describe("stackConfig", () => {
  it("names a missing key and the command that sets it, with --secret for the secret", async () => {
    assert.strictEqual(
      await sentenceOf({ top: undefined }),
      "imdb-serverless-etl:top is missing; it must be a whole number from 1 to 250. Set it with: pulumi config set top 10"
    )
    assert.strictEqual(
      await sentenceOf({ omdbApiKey: undefined }),
      "imdb-serverless-etl:omdbApiKey is missing; it must be the OMDb key alone. Set it with: pulumi config set --secret omdbApiKey"
    )
  })

  it.each<[keyof typeof settings, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["top", ["1", "250"], ["0", "251", "ten", "1e1", " 10", "010", "+10", "1.5", ""]],
    ["schedule", ["cron(0 6 * * ? *)"], ["every day", "cron(0 6 * * *)", "cron(0 25 * * ? *)", ""]],
    [
      "timeZone",
      ["UTC", "Etc/UTC", "Asia/Kolkata", "US/Eastern", "America/Argentina/Buenos_Aires", "Etc/GMT+3"],
      ["Mars/Olympus", "europe/berlin", "+01:00", ""]
    ],
    ["sourceBucket", ["top-movies", "my.bucket"], ["A_b", "ab", "a..b", "192.168.0.1"]],
    ["sourceKey", ["Top250Movies.json", "lists/top 250.json"], ["/x", "", "lists/*", "a?b", "a$b"]],
    [
      "sourceRegion",
      ["eu-central-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "eu-isoe-west-1", "eusc-de-east-1"],
      ["moon", "us-moon-1", "eu--1", "eu-central-1a", "EU-central-1"]
    ],
    [
      "omdbBaseUrl",
      ["https://www.omdbapi.com/", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:80"],
      [
        "omdb",
        "https://",
        "https://omdb.com/?a=b",
        "https://a:b@omdb.com",
        "http://omdb.com",
        "http://127.0.0.1.omdb.com"
      ]
    ],
    ["logRetentionDays", ["1", "1096", "1827", "2192", "2557", "2922", "3288", "3653"], ["0", "8", "1095", "3650"]],
    ["dataRetentionDays", ["1", "36500"], ["0", "36501"]],
    ["schedulePaused", ["true", "false"], ["yes", ""]],
    ["protectData", ["true", "false"], ["yes", "TRUE", " true", ""]],
    [
      "alarmEmail",
      ["", "on.call+imdb@mail.example.co.uk"],
      ["x", "someone at example.com", "a..b@example.com", "a@example", "a@b@example.com", "a@-example.com"]
    ],
    ["monthlyBudgetUsd", ["", "0", "1000000"], ["1000001", "12.5", "free"]],
    ["repositoryUrl", ["", "https://example.com/blob/main/"], ["x", "http://example.com", "git@example.com:movies.git"]]
  ])("accepts the allowed values of %s and refuses others with one sentence", async (key, accepted, refused) => {
    for (const value of accepted) assert.isUndefined(await sentenceOf({ [key]: value }), value)
    for (const value of refused) {
      const sentence = (await sentenceOf({ [key]: value })) ?? "accepted"
      assert.include(sentence, `imdb-serverless-etl:${key} is ${JSON.stringify(value)}, but `)
      assert.include(sentence, `. Set it with: pulumi config set ${key} ${settings[key].example}`)
    }
  })

  it("accepts an http base URL of another machine only with allowPlainHttp", async () => {
    const omdbBaseUrl = "http://omdb.example:8080"
    assert.include(await sentenceOf({ omdbBaseUrl }), "must begin with https:// unless allowPlainHttp is true")
    assert.isUndefined(await sentenceOf({ omdbBaseUrl, allowPlainHttp: "true" }))
  })

  it("refuses a key that is stored in another form, without showing it", async () => {
    const sentence = await sentenceOf({ omdbApiKey: '{"apikey":"canary"}' })
    assert.match(sentence ?? "", /^imdb-serverless-etl:omdbApiKey is JSON; it must be the OMDb key alone\. /)
    assert.notInclude(sentence, "canary")
  })

  it("stops the program with that sentence before it declares a resource", async () => {
    const failure = await declaredProgram("dev", { top: "0" }).catch((cause: unknown) => cause)
    assert.instanceOf(failure, ProgramFailed)
    assert.match(failure.message, /^imdb-serverless-etl:top is "0", but it must be a whole number from 1 to 250\. /)
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
        // The name of a table is one of its database.
        .filter(({ type }) => !type.startsWith("aws:glue/catalogTable:"))
        .flatMap(({ inputs }) => ["name", "dashboardName", "bucket", "functionName"].map((input) => inputs[input]))
        .filter((given) => typeof given === "string" && !given.startsWith("<"))
    const [dev, prod] = [await namesOf("dev"), await namesOf("prod")]
    assert.isNotEmpty(dev)
    for (const name of dev) assert.notInclude(prod, name)
  })
})
