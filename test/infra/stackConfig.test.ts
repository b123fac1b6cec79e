import { assert, describe, it } from "@effect/vitest"
import { declaredProgram, looking } from "./declaredProgram.ts"

const sentenceOf = async (override: Readonly<Record<string, string | undefined>>) => {
  try {
    await declaredProgram("dev", override)
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
  throw new Error("The program took a configuration that it must refuse.")
}

describe("the stack's configuration", () => {
  it("names the missing key and the command that sets it, the secret with --secret", async () => {
    assert.match(
      await sentenceOf({ top: undefined }),
      /^The stack has no imdb-serverless-etl:top\. .*pulumi config set top VALUE$/
    )
    assert.match(await sentenceOf({ omdbApiKey: undefined }), /omdbApiKey.*pulumi config set --secret/)
  })

  it.each([
    ["top", "0"],
    ["top", "ten"],
    ["schedule", "every day"],
    ["omdbBaseUrl", "www.omdbapi.com"],
    ["logRetentionDays", "8"],
    ["protectData", "yes"]
  ])("refuses %s = %s with what is allowed", async (key, value) => {
    const sentence = await sentenceOf({ [key]: value })
    assert.include(sentence, `imdb-serverless-etl:${key} is "${value}", but it must be`)
    assert.include(sentence, `pulumi config set ${key}`)
    assert.notInclude(sentence, "\n")
  })

  it("keeps prod's data: protected, versioned and left behind on destroy; dev's goes with the stack", async () => {
    for (const [stack, kept] of [
      ["prod", true],
      ["dev", false]
    ] as const) {
      const see = looking((await declaredProgram(stack)).resources)
      const bucket = see.one("aws:s3/bucket:Bucket", "movies")
      const table = see.one("aws:dynamodb/table:Table", "movies")
      assert.deepStrictEqual(
        [
          bucket.protect,
          bucket.retainOnDelete,
          bucket.inputs["forceDestroy"],
          table.protect,
          table.inputs["deletionProtectionEnabled"]
        ],
        [kept, kept, !kept, kept, kept]
      )
      const versioning = see.one("aws:s3/bucketVersioning:BucketVersioning", "movies-versioning")
      assert.deepStrictEqual(versioning.inputs["versioningConfiguration"], { status: kept ? "Enabled" : "Suspended" })
    }
  })
})
